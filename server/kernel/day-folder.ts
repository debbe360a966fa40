/** The folder of day files: their names, what is too old or too much, and setting a damaged one aside. */

import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface StoredDay {
  /** `yyyymmdd`, UTC. */
  readonly day: string;
  readonly path: string;
  /** With its write-ahead log. */
  readonly bytes: number;
}

const dayMs = 86_400_000;

/** The UTC day of a time, `yyyymmdd`. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10).replaceAll('-', '');
}

export function dayPath(folder: string, table: string, day: string): string {
  return join(folder, `${table}-${day}.db`);
}

/** A table's day files, the oldest first. */
export function storedDays(folder: string, table: string): StoredDay[] {
  const days: StoredDay[] = [];
  for (const name of readdirSync(folder)) {
    const day = /^(.*)-(\d{8})\.db$/.exec(name);
    if (day?.[1] === table && day[2] !== undefined) {
      const path = join(folder, name);
      days.push({ day: day[2], path, bytes: sizeOf(path) + sizeOf(`${path}-wal`) });
    }
  }
  return days.sort((a, b) => a.day.localeCompare(b.day));
}

/** Whether rows of that time may be stored: not older than what is kept, and at most a day ahead of the clock. */
export function isStorable(at: unknown, keepDays: number, now: number): at is number {
  return typeof at === 'number' && at >= oldestKept(keepDays, now) && at <= now + dayMs;
}

/** Which files go: first those past their days, then the oldest until the rest fits. The newest always stays. */
export function surplus(
  days: readonly StoredDay[],
  keep: { keepDays: number; keepBytes: number },
  now: number,
): StoredDay[] {
  const first = dayOf(oldestKept(keep.keepDays, now));
  let bytes = days.reduce((sum, day) => sum + day.bytes, 0);
  const gone: StoredDay[] = [];
  for (const day of days.slice(0, -1)) {
    if (day.day < first || bytes > keep.keepBytes) {
      gone.push(day);
      bytes -= day.bytes;
    }
  }
  return gone;
}

export function removeDay(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '.corrupt', '.corrupt-wal']) {
    rmSync(`${path}${suffix}`, { force: true });
  }
}

/** Moves a damaged file (closed before) out of the way and returns where it is now. */
export function setAside(path: string): string {
  const aside = `${path}.corrupt`;
  renameSync(path, aside);
  if (existsSync(`${path}-wal`)) {
    renameSync(`${path}-wal`, `${aside}-wal`);
  }
  rmSync(`${path}-shm`, { force: true });
  return aside;
}

/** Midnight UTC of the first day that is kept: today and the `keepDays` before it. */
function oldestKept(keepDays: number, now: number): number {
  return Math.floor(now / dayMs) * dayMs - keepDays * dayMs;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
