/** Keeps index.db within its share of the budget: what was longest not seen goes first. */

import type { Database } from 'bun:sqlite';
import { removeIssue } from './tidy-index.ts';

/** What a flood can fill besides issues, and by what it grows old. */
const others = [
  ['sessions', 'at'],
  ['check_ins', 'at'],
  ['span_hours', 'hour'],
  ['feedback', 'at'],
  ['spikes', 'loud_hour'],
] as const;

/** Of all there is, in one step. */
const share = 0.05;
const mostIssues = 500;

/** Whether anything went. A step is a transaction of its own, so that the log of writes stays small. Not inside a transaction. */
export function trimIndex(index: Database, most: number): boolean {
  let trimmed = false;
  while (usedBytes(index) > most && step(index)) trimmed = true;
  return trimmed;
}

/** Pages that are free are used again before the file grows. */
function usedBytes(index: Database): number {
  const pragma = (name: string) =>
    Object.values(index.query<Record<string, number>, []>(`PRAGMA ${name}`).get() ?? {})[0] ?? 0;
  return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
}

/** Whether there was anything left to delete. */
function step(index: Database): boolean {
  return index.transaction(() => {
    const issues = index
      .query<{ id: number }, [number, number]>(
        `SELECT id FROM issues ORDER BY last_at LIMIT min(?, max(1, (SELECT cast(count(*) * ? AS INTEGER) FROM issues)))`,
      )
      .all(mostIssues, share);
    for (const { id } of issues) removeIssue(index, id);
    let gone = issues.length;
    for (const [table, age] of others) {
      gone += index
        .query(
          `DELETE FROM ${table} WHERE ${age} <= (SELECT ${age} FROM ${table} ORDER BY ${age}
            LIMIT 1 OFFSET (SELECT cast(count(*) * ? AS INTEGER) FROM ${table}))`,
        )
        .run(share).changes;
    }
    return gone > 0;
  })();
}
