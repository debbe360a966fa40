/** The files a journal is made of: `<stem>-<n>.ndjson` while written, `<stem>-<n>.ndjson.zst` once sealed. */

import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';

/** One journal's place. `stem` has no `/`. */
export interface JournalPlace {
  folder: string;
  stem: string;
}

export interface Segment extends JournalPlace {
  /** Counts from 1. */
  number: number;
  sealed: boolean;
  /** On disk. */
  bytes: number;
  /** When its last line was written, ms since the epoch. */
  writtenAt: number;
}

const pattern = /^(.+)-(\d+)\.ndjson(\.zst)?$/;

export function segmentPath({ folder, stem, number }: JournalPlace & { number: number }): string {
  return join(folder, `${stem}-${number}.ndjson`);
}

/** All segments in a folder, oldest first within each stem; what a crash left half sealed counts once. */
export function listSegments(folder: string, stem?: string): Segment[] {
  const found = new Map<string, Segment>();
  for (const name of namesIn(folder)) {
    const match = pattern.exec(name);
    if (match === null || (stem !== undefined && match[1] !== stem)) continue;
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    if (stat === undefined) continue;
    const key = `${match[1]}-${match[2]}`;
    const sealed = match[3] !== undefined;
    if (found.has(key) && !sealed) continue;
    found.set(key, {
      folder,
      stem: match[1] ?? '',
      number: Number(match[2]),
      sealed,
      bytes: stat.size,
      writtenAt: stat.mtimeMs,
    });
  }
  return [...found.values()].sort((a, b) =>
    a.stem < b.stem ? -1 : a.stem > b.stem ? 1 : a.number - b.number,
  );
}

/**
 * The segment's text from byte `from` on, a little over the size it is sealed at at most; null where it was deleted
 * meanwhile.
 */
export function readSegment(segment: JournalPlace & { number: number }, from = 0): Uint8Array | null {
  const path = segmentPath(segment);
  // It may be sealed between the two looks, so the plain file is looked for again.
  for (const name of [path, `${path}.zst`, path]) {
    try {
      return name === path ? readFrom(path, from) : Bun.zstdDecompressSync(readFileSync(name)).subarray(from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return null;
}

/** Sealings under way by path, so that a log that is closed and opened again does not seal a segment twice at once. */
const sealing = new Map<string, Promise<void>>();

/** Compresses it in its place. A crash at any point leaves the plain file, or the whole sealed one. */
export function sealSegment(segment: JournalPlace & { number: number }): Promise<void> {
  const path = segmentPath(segment);
  const running = sealing.get(path);
  if (running !== undefined) return running;
  const done = compress(path).finally(() => sealing.delete(path));
  sealing.set(path, done);
  return done;
}

export function deleteSegment(segment: JournalPlace & { number: number }): void {
  const path = segmentPath(segment);
  rmSync(`${path}.zst`, { force: true });
  rmSync(path, { force: true });
}

/** Removes what a crash left of a sealing. */
export function tidySegments(folder: string, stem: string): void {
  const names = new Set(namesIn(folder));
  for (const name of names) {
    const plain = join(folder, name.replace(/\.zst(\.part)?$/, ''));
    if (!name.startsWith(`${stem}-`) || sealing.has(plain)) continue;
    const plainOfSealed = name.endsWith('.ndjson') && names.has(`${name}.zst`);
    if (name.endsWith('.part') || plainOfSealed) rmSync(join(folder, name), { force: true });
  }
}

/** Names in a folder; none where it does not exist. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

async function compress(path: string): Promise<void> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  const part = `${path}.zst.part`;
  await Bun.write(part, await Bun.zstdCompress(readFileSync(path)), { mode: 0o600 });
  utimesSync(part, stat.atime, stat.mtime);
  renameSync(part, `${path}.zst`);
  rmSync(path, { force: true });
}

function readFrom(path: string, from: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(Math.max(0, fstatSync(file).size - from));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from));
  } finally {
    closeSync(file);
  }
}
