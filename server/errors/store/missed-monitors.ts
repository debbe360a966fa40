/** Monitors whose check-in did not come in time, in index.db. */

import type { Database } from 'bun:sqlite';
import { dueAfter } from '../intake/check-in-due.ts';
import type { Happening } from '../intake/context.ts';

export interface Missed {
  readonly happened: readonly Happening[];
  /** When the next check-in has to be there, ms; null: none is waited for. */
  readonly next: number | null;
}

interface Row {
  project: number;
  slug: string;
  schedule: string;
  last_at: number;
}

/**
 * Each is told once, until it checks in again. `afresh`: nobody was there to hear them, so those that are late are waited
 * for anew.
 */
export function missedMonitors(index: Database, now: number, afresh: boolean): Missed {
  return index.transaction((): Missed => {
    const late = index
      .query<Row, [number]>('SELECT project, slug, schedule, last_at FROM monitors WHERE due_at < ?')
      .all(now);
    for (const { project, slug, schedule } of late) {
      const at = afresh ? dueAfter(schedule, now) : null;
      index
        .query(
          `UPDATE monitors SET due_at = ?, state = CASE WHEN ? THEN state ELSE 'missed' END
           WHERE project = ? AND slug = ?`,
        )
        .run(at, afresh, project, slug);
    }
    const { next } = index
      .query<{ next: number | null }, []>('SELECT min(due_at) AS next FROM monitors')
      .get() ?? { next: null };
    return {
      next,
      happened: afresh
        ? []
        : late.map(({ project, slug, last_at }) => ({
            kind: 'monitor-missed',
            project,
            slug,
            missed: true,
            lastAt: last_at,
          })),
    };
  })();
}
