/** The partitions of a site, brought up to date before they are read. */

import { rmSync, statSync } from 'node:fs';
import type { Partition } from '../../shared/analytics/partition.ts';
import type { Range } from '../../shared/analytics/query.ts';
import { compact, seal } from './compact.ts';
import { type OpenPartition, openPartition } from './partition-file.ts';
import { dayFile, dayMs, dayStart, type StoredDay, storedDays } from './site-folder.ts';

/** Making a partition anew may take this share of the time at most, so that a large site is seconds behind and no more. */
const shareOfTime = 20;
/** A visit can go on for as long as its salt lives. */
const longestDayMs = 2 * dayMs;

export class SitePartitions {
  readonly #folder: string;
  /** When a partition was made, and how long that took; ms. */
  readonly #made = new Map<string, { at: number; took: number }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Those that may hold something of the range, one open at a time. */
  *open(range: Range, now: number): Generator<Partition> {
    for (const stored of storedDays(this.#folder)) {
      if (stored.day >= range.to || stored.day + longestDayMs <= range.from) continue;
      const open = this.#upToDate(stored, now);
      if (open === null) continue;
      try {
        const { partition } = open;
        if (partition.day + partition.last >= range.from) yield partition;
      } finally {
        open.close();
      }
    }
  }

  held(now: number) {
    return storedDays(this.#folder).flatMap((stored) => {
      const open = this.#upToDate(stored, now);
      if (open === null) return [];
      open.close();
      const path = dayFile(this.#folder, stored.day, 'db');
      const { size, mtimeMs } = statSync(path);
      const { events } = open.partition;
      return [{ day: stored.day, bytes: size, events, version: `${size}-${Math.round(mtimeMs)}-${events}` }];
    });
  }

  tidy(now: number, keepDays: number): void {
    for (const { day, journal, partition } of storedDays(this.#folder)) {
      if (day < dayStart(now) - keepDays * dayMs) {
        for (const path of [journal, partition]) if (path !== null) rmSync(path, { force: true });
      } else if (journal !== null && day < dayStart(now) - dayMs) {
        seal(journal, dayFile(this.#folder, day, 'db'), day);
      }
    }
  }

  #upToDate({ day, journal }: StoredDay, now: number): OpenPartition | null {
    const path = dayFile(this.#folder, day, 'db');
    if (journal === null) return openPartition(path);
    const bytes = statSync(journal, { throwIfNoEntry: false })?.size ?? 0;
    const open = tryOpen(path);
    if (open !== null && (open.journalBytes >= bytes || !this.#mayMake(path, now))) return open;
    open?.close();
    const began = performance.now();
    compact(journal, path, day);
    this.#made.set(path, { at: now, took: performance.now() - began });
    return openPartition(path);
  }

  #mayMake(path: string, now: number): boolean {
    const made = this.#made.get(path);
    return made === undefined || now - made.at >= made.took * shareOfTime || now < made.at;
  }
}

/** Null where it is not there yet, or of another layout: the journal makes it anew. */
function tryOpen(path: string): OpenPartition | null {
  try {
    return openPartition(path);
  } catch {
    return null;
  }
}
