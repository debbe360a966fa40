/** Keeps one loud issue from filling the disk, and notices issues that become loud. */

import type { Database } from 'bun:sqlite';
import type { Happening } from './context.ts';

export interface SpikeGuard {
  /** The first of each minute are kept whole, those beyond are counted. */
  keeps(issue: number, now: number): boolean;
  /** Issues that are far above what they were the day before; each told once an hour. `hourly`: events of the hour under way. */
  spikes(hourly: ReadonlyMap<number, number>, index: Database, now: number): Happening[];
}

const leastEvents = 100;
const factor = 10;
const hourMs = 3_600_000;

export function createSpikeGuard(perMinute: number): SpikeGuard {
  let minute = 0;
  const kept = new Map<number, number>();
  const told = new Map<number, number>();
  return {
    keeps(issue, now) {
      const current = Math.floor(now / 60_000);
      if (current !== minute) {
        minute = current;
        kept.clear();
      }
      const count = (kept.get(issue) ?? 0) + 1;
      kept.set(issue, count);
      return count <= perMinute;
    },
    spikes(hourly, index, now) {
      const hour = Math.floor(now / hourMs);
      const found: Happening[] = [];
      for (const [issue, events] of hourly) {
        if (events < leastEvents || told.get(issue) === hour) continue;
        const before = index
          .query<{ events: number | null; project: number }, [number, number, number, number]>(
            `SELECT project, (SELECT sum(events) FROM issue_hours WHERE issue = ? AND hour >= ? AND hour < ?) AS events
             FROM issues WHERE id = ?`,
          )
          .get(issue, hour - 24, hour, issue);
        // An issue without a past is news already, as a new one.
        if (before?.events == null || events < factor * Math.max(1, before.events / 24)) continue;
        if (told.size > 1000) told.clear();
        told.set(issue, hour);
        found.push({ kind: 'spike', project: before.project, issue, events });
      }
      return found;
    },
  };
}
