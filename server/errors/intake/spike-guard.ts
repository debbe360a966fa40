/** Keeps one loud issue from filling the disk, and notices issues that become loud. */

import type { Database } from 'bun:sqlite';
import type { Happening } from './context.ts';

export interface SpikeGuard {
  /** The first of each minute are kept whole, those beyond are counted. */
  keeps(issue: number, now: number): boolean;
  /** Issues that became far louder than they were the day before; each is told once, until it is over. `hourly`: events of the hour under way. */
  spikes(hourly: ReadonlyMap<number, number>, index: Database, now: number): Happening[];
  /** Those that are quiet again: a whole hour went by below what made them loud. */
  over(index: Database, now: number): Happening[];
}

const leastEvents = 100;
const factor = 10;
const hourMs = 3_600_000;

export function createSpikeGuard(perMinute: number): SpikeGuard {
  let minute = 0;
  const kept = new Map<number, number>();
  /** Issues that are known to be loud in an hour. */
  const loud = new Map<number, number>();
  let looked = -1;
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
        if (events < leastEvents || loud.get(issue) === hour) continue;
        const open = index
          .query<{ threshold: number }, [number]>('SELECT threshold FROM spikes WHERE issue = ?')
          .get(issue);
        const before = open === null ? dayBefore(index, issue, hour) : null;
        // An issue without a past is news already, as a new one.
        const threshold = open?.threshold ?? thresholdOf(before?.events ?? null);
        if (threshold === null || events < threshold) continue;
        if (loud.size > 1000) loud.clear();
        loud.set(issue, hour);
        if (before === null) {
          index.query('UPDATE spikes SET loud_hour = ? WHERE issue = ?').run(hour, issue);
          continue;
        }
        index
          .query('INSERT INTO spikes (issue, project, threshold, loud_hour) VALUES (?, ?, ?, ?)')
          .run(issue, before.project, threshold, hour);
        found.push({ kind: 'spike', project: before.project, issue, events });
      }
      return found;
    },
    over(index, now) {
      const hour = Math.floor(now / hourMs);
      if (hour === looked) return [];
      looked = hour;
      return index
        .query<{ issue: number; project: number }, [number]>(
          'DELETE FROM spikes WHERE loud_hour < ? RETURNING issue, project',
        )
        .all(hour - 1)
        .map(({ issue, project }) => ({ kind: 'spike-over', project, issue }));
    },
  };
}

/** Events an hour from which it is a spike; null where the day before had none. */
function thresholdOf(dayBefore: number | null): number | null {
  return dayBefore === null ? null : Math.ceil(Math.max(leastEvents, factor * Math.max(1, dayBefore / 24)));
}

function dayBefore(index: Database, issue: number, hour: number) {
  return index
    .query<{ events: number | null; project: number }, [number, number, number, number]>(
      `SELECT project, (SELECT sum(events) FROM issue_hours WHERE issue = ? AND hour >= ? AND hour < ?) AS events
       FROM issues WHERE id = ?`,
    )
    .get(issue, hour - 24, hour, issue);
}
