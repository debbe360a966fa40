/** From the journal of a day to its partition. The journal holds the keys of visitors; the partition only their order. */

import { closeSync, existsSync, fstatSync, openSync, readSync, rmSync } from 'node:fs';
import { PartitionBuilder } from '../../shared/analytics/build-partition.ts';
import { type Hit, unpackHit } from '../../shared/analytics/hit.ts';
import { writePartition } from './partition-file.ts';

/** Hits are read visitor group by visitor group, so that a day of a million does not need to be in memory at once. */
const bytesAtOnce = 8 << 20;
const pieceBytes = 1 << 20;
/** `[1764021192000,"` stands before the visitor: 13 digits until the year 2286. */
const visitorAt = 16;

/** Writes the partition and returns how much of the journal is in it. */
export function compact(journal: string, partition: string, day: number): number {
  const file = openSync(journal, 'r');
  try {
    const bytes = fstatSync(file).size;
    const digits = bytes <= bytesAtOnce ? 0 : bytes <= bytesAtOnce * 16 ? 1 : 2;
    const builder = new PartitionBuilder(day);
    let read = 0;
    for (let part = 0; part < 16 ** digits; part++) {
      const prefix = digits === 0 ? '' : part.toString(16).padStart(digits, '0');
      const byVisitor = new Map<string, Hit[]>();
      read = eachLine(file, bytes, (line) => {
        if (!line.startsWith(prefix, visitorAt)) return;
        const hit = unpackHit(line);
        if (hit === null) return;
        const mine = byVisitor.get(hit.visitor);
        if (mine === undefined) byVisitor.set(hit.visitor, [hit]);
        else mine.push(hit);
      });
      for (const hits of byVisitor.values()) builder.add(hits);
    }
    writePartition(partition, builder.finish(), read);
    return read;
  } finally {
    closeSync(file);
  }
}

/** For a day nobody can add to any more: what is left of the journal goes, and with it every visitor's key. */
export function seal(journal: string, partition: string, day: number): void {
  compact(journal, partition, day);
  if (existsSync(partition)) rmSync(journal, { force: true });
}

/** Whole lines of the first `bytes`; returns where the last one ends. */
function eachLine(file: number, bytes: number, take: (line: string) => void): number {
  const piece = Buffer.allocUnsafe(pieceBytes);
  let kept = Buffer.alloc(0);
  let at = 0;
  while (at < bytes) {
    const got = readSync(file, piece, 0, Math.min(pieceBytes, bytes - at), at);
    if (got === 0) break;
    at += got;
    const all = kept.length === 0 ? piece.subarray(0, got) : Buffer.concat([kept, piece.subarray(0, got)]);
    const end = all.lastIndexOf(0x0a);
    if (end < 0) {
      kept = Buffer.from(all);
      continue;
    }
    for (const line of all.toString('utf8', 0, end).split('\n')) take(line);
    kept = Buffer.from(all.subarray(end + 1));
  }
  return at - kept.length;
}
