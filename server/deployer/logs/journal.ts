/** The writing end of one log: rows go to its newest segment, which is sealed when it is full. */

import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { formatMark, formatRow, type Row, rowsOf } from './row.ts';
import {
  type JournalPlace,
  listSegments,
  readSegment,
  sealSegment,
  segmentPath,
  tidySegments,
} from './segments.ts';

/** A place in a log: everything before it is on disk. */
export interface Position {
  segment: number;
  /** Bytes of the segment's text. */
  bytes: number;
}

export interface Journal {
  readonly place: JournalPlace;
  /** Times are raised to that of the row before, so a log never runs backwards. Throws, with nothing kept, on a disk error. */
  append(rows: readonly Row[]): void;
  /** Up to where `origin`'s file was taken in; 0 where it was not. */
  offset(origin: string): number;
  /** Says that `origin`'s file was emptied (0) or is gone for good (null). */
  setOffset(origin: string, offset: number | null): void;
  readonly position: Position;
  /** Waits for segments being sealed, and gives the file back. With `seal`, the last segment is sealed too. */
  close(seal?: boolean): Promise<void>;
}

export interface JournalOptions {
  /** A segment at least this long is sealed. */
  sealBytes: number;
  onAppend(): void;
  onSealed(): void;
  onError(error: unknown): void;
}

export function openJournal(place: JournalPlace, options: JournalOptions): Journal {
  mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  tidySegments(place.folder, place.stem);
  const segments = listSegments(place.folder, place.stem);
  const newest = segments.at(-1);
  const known = lastKnown(place, segments.map((segment) => segment.number).reverse());
  const { offsets } = known;
  let lastAt = known.at;
  let number = newest === undefined ? 1 : newest.number + (newest.sealed ? 1 : 0);
  let { file, bytes } = openSegment({ ...place, number }, formatMark(offsets, lastAt));
  let sealing: Promise<void> = Promise.resolve();

  const seal = (full: number) => {
    sealing = sealing
      .then(() => sealSegment({ ...place, number: full }))
      .then(options.onSealed)
      .catch(options.onError);
  };
  for (const segment of segments) if (!segment.sealed && segment.number < number) seal(segment.number);

  const write = (text: string) => {
    const data = Buffer.from(text);
    let written = 0;
    try {
      while (written < data.length) written += writeSync(file, data, written);
    } catch (error) {
      // half a row would hide the whole rows behind it
      ftruncateSync(file, bytes);
      throw error;
    }
    bytes += data.length;
  };
  const rollOver = () => {
    const next = openSegment({ ...place, number: number + 1 }, formatMark(offsets, lastAt));
    closeSync(file);
    const full = number;
    ({ file, bytes } = next);
    number += 1;
    seal(full);
  };
  return {
    place,
    append(rows) {
      let text = '';
      let at = lastAt;
      for (const row of rows) {
        at = Math.max(at, row.at);
        text += formatRow({ ...row, at });
      }
      write(text);
      lastAt = at;
      for (const { origin, rawOffset } of rows) if (rawOffset !== null) offsets.set(origin, rawOffset);
      if (bytes >= options.sealBytes) rollOver();
      options.onAppend();
    },
    offset: (origin) => offsets.get(origin) ?? 0,
    setOffset(origin, offset) {
      if (offset === null) {
        offsets.delete(origin);
        return;
      }
      write(formatMark(new Map([[origin, offset]]), lastAt));
      offsets.set(origin, offset);
    },
    get position() {
      return { segment: number, bytes };
    },
    async close(sealLast = false) {
      closeSync(file);
      if (sealLast) seal(number);
      await sealing;
    },
  };
}

/** Opens a segment to append to, cuts off a torn last line, and gives it `head` where it has none. */
function openSegment(segment: JournalPlace & { number: number }, head: string) {
  const path = segmentPath(segment);
  const file = openSync(path, 'a', 0o600);
  try {
    const content = readFileSync(path);
    const whole = content.lastIndexOf(10) + 1;
    if (whole < content.length) ftruncateSync(file, whole);
    if (whole > 0) return { file, bytes: whole };
    return { file, bytes: writeSync(file, head) };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** From the newest segment that has its head: the head, and what the rows behind it moved on. */
function lastKnown(
  place: JournalPlace,
  numbers: readonly number[],
): { offsets: Map<string, number>; at: number } {
  for (const number of numbers) {
    const offsets = new Map<string, number>();
    let at = -1;
    for (const { row } of rowsOf(readSegment({ ...place, number }) ?? new Uint8Array())) {
      // without its head a segment does not know what came before it
      if (at < 0 && (row === null || 'at' in row)) break;
      if (row === null) continue;
      at = Math.max(at, 'at' in row ? row.at : row.after);
      if ('offsets' in row) for (const [origin, end] of Object.entries(row.offsets)) offsets.set(origin, end);
      else if (row.rawOffset !== null) offsets.set(row.origin, row.rawOffset);
    }
    if (at >= 0) return { offsets, at };
  }
  return { offsets: new Map(), at: 0 };
}
