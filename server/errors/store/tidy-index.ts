/** Deletes from index.db what nobody will ask for any more. */

import type { Database } from 'bun:sqlite';

const dayMs = 86_400_000;
/** Issues outlive their events by this: that one came back after months is worth knowing. */
const issueDays = 365;
const monthsOfCounts = 92;

/** `keepDays` is that of events. */
export function tidyIndex(index: Database, now: number, keepDays: number): void {
  const day = Math.floor(now / dayMs);
  index.transaction(() => {
    const old = index
      .query<{ id: number }, [number]>('SELECT id FROM issues WHERE last_at < ? LIMIT 1000')
      .all(now - issueDays * dayMs);
    for (const { id } of old) removeIssue(index, id);
    index.query('DELETE FROM issue_hours WHERE hour < ?').run((day - monthsOfCounts) * 24);
    index.query('DELETE FROM span_hours WHERE hour < ?').run((day - keepDays) * 24);
    // A session's updates come within five days.
    index.query('DELETE FROM sessions WHERE at < ?').run(now - 5 * dayMs);
    index.query('DELETE FROM check_ins WHERE at < ?').run(now - keepDays * dayMs);
    index.query('DELETE FROM feedback WHERE at < ?').run(now - monthsOfCounts * dayMs);
    index.query('DELETE FROM dropped WHERE day < ?').run(day - monthsOfCounts);
    index.query('DELETE FROM release_sessions WHERE day < ?').run(day - monthsOfCounts);
  })();
}

/** With everything that is counted of it. Inside a transaction. */
export function removeIssue(index: Database, id: number): void {
  for (const table of [
    'issue_hashes',
    'issue_hours',
    'issue_releases',
    'issue_tags',
    'issue_users',
    'issue_notes',
  ]) {
    index.query(`DELETE FROM ${table} WHERE issue = ?`).run(id);
  }
  index.query('DELETE FROM issue_words WHERE rowid = ?').run(id);
  index.query('DELETE FROM issues WHERE id = ?').run(id);
}
