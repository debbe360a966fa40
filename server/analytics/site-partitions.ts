/** The partitions of a site, brought up to date before they are read. */

import { rmSync, statSync } from 'node:fs';
import type { Partition } from '../../shared/analytics/partition.ts';
import type { Range } from '../../shared/analytics/query.ts';
import { rollUp } from '../../shared/analytics/rollup.ts';
import type { RollupRow } from '../../shared/analytics/rollup-row.ts';
import { compact, seal } from './compact.ts';
import { type OpenPartition, openPartition } from './partition-file.ts';
import { dropRollups, keepRollups, rollupsIn } from './rollup-store.ts';
import { dayFile, dayMs, dayStart, rollupFile, type StoredDay, storedDays } from './site-folder.ts';

/** Making a partition anew may take this share of the time at most, so that a large site is seconds behind and no more. */
const shareOfTime = 20;
/** A visit can go on for as long as its salt lives. */
const longestDayMs = 2 * dayMs;

export class SitePartitions {
  readonly #folder: string;
  readonly #rollups: string;
  /** When a partition was made, and how long that took; ms. */
  readonly #made = new Map<string, { at: number; took: number }>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#rollups = rollupFile(folder);
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

  /** Sums of days that have no partition. */
  rollups(range: Range, dimension: string): RollupRow[] {
    const stored = new Set(storedDays(this.#folder).map(({ day }) => day));
    return rollupsIn(this.#rollups, range, dimension).filter(({ day }) => !stored.has(day));
  }

  /** Keeps sums of days that are not counted here already. */
  take(rows: readonly RollupRow[]): { days: number; sums: number; known: number } {
    const stored = new Set(storedDays(this.#folder).map(({ day }) => day));
    const fresh = rows.filter(({ day }) => !stored.has(day));
    keepRollups(this.#rollups, fresh);
    const daysOf = (list: readonly RollupRow[]) => new Set(list.map(({ day }) => day)).size;
    return { days: daysOf(fresh), sums: fresh.length, known: daysOf(rows) - daysOf(fresh) };
  }

  /** Days past `keepDays` are kept by their sums, and those go after `keepSumsDays`. */
  tidy(now: number, keepDays: number, keepSumsDays: number): void {
    dropRollups(this.#rollups, dayStart(now) - keepSumsDays * dayMs);
    for (const stored of storedDays(this.#folder)) {
      const { day, journal, partition } = stored;
      if (day < dayStart(now) - keepDays * dayMs) {
        const open = this.#upToDate(stored, now);
        if (open !== null) {
          keepRollups(this.#rollups, rollUp(open.partition));
          open.close();
        }
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
