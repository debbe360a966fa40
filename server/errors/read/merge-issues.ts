/** Issues made one, and one made two, where the grouping saw it otherwise than a person. */

import { WindlassError } from '../../../shared/errors.ts';
import type { Desk } from '../desk.ts';
import { removeIssue } from '../store/tidy-index.ts';
import type { IssueRow } from './issue-row.ts';
import { noSuchIssue } from './no-such.ts';

/** All into the first; their hashes lead there from now on. */
export function mergeIssues(desk: Desk, ids: readonly number[], now: number): { id: number } {
  const [into = 0, ...others] = [...new Set(ids)];
  const { index } = desk;
  const get = (id: number) => {
    const row = index.query<IssueRow, [number]>('SELECT * FROM issues WHERE id = ?').get(id);
    if (row === null) throw noSuchIssue(id);
    return row;
  };
  const target = get(into);
  const sources = others.map(get);
  if (sources.some(({ project }) => project !== target.project)) {
    throw new WindlassError('invalid', 'issues of different apps cannot be merged');
  }
  index.transaction(() => {
    for (const row of sources) {
      moveCounts(desk, row.id, into);
      index.query('UPDATE issue_hashes SET issue = ? WHERE issue = ?').run(into, row.id);
      index
        .query(
          // On the right of every = stands what was there before.
          `UPDATE issues SET events = events + ?1, first_at = min(first_at, ?2), last_at = max(last_at, ?3),
            first_release = iif(?2 < first_at, ?4, first_release), last_release = iif(?3 > last_at, ?5, last_release),
            users = (SELECT count(*) FROM issue_users WHERE issue = ?6) WHERE id = ?6`,
        )
        .run(row.events, row.first_at, row.last_at, row.first_release, row.last_release, into);
      removeIssue(index, row.id);
    }
    desk.issues.note(into, now, `merged with ${others.join(', ')}`);
  })();
  for (const { db } of desk.files.all()) {
    db.query('UPDATE events SET issue = ? WHERE issue IN (SELECT value FROM json_each(?))').run(
      into,
      JSON.stringify(others),
    );
  }
  desk.issues.forget();
  return { id: into };
}

/** The events of one hash become an issue of their own; what was counted of them is counted anew from what is kept. */
export function splitIssue(desk: Desk, id: number, hash: string, now: number): { id: number } {
  const { index } = desk;
  const row = index.query<IssueRow, [number]>('SELECT * FROM issues WHERE id = ?').get(id);
  if (row === null) throw noSuchIssue(id);
  const hashes = index
    .query<{ hash: string }, [number]>('SELECT hash FROM issue_hashes WHERE issue = ?')
    .all(id);
  if (!hashes.some((each) => each.hash === hash)) {
    throw new WindlassError('not-found', `the issue ${id} has no hash ${hash}`, {
      hint: 'See `windlass issues show`.',
    });
  }
  if (hashes.length < 2) {
    throw new WindlassError('invalid', `the issue ${id} has one hash only, so there is nothing to split off`);
  }
  let count = 0;
  let [first, last] = [now, row.first_at];
  let value = row.value;
  for (const { db } of desk.files.all()) {
    const found = db
      .query<
        { n: number; first: number | null; last: number | null; value: string | null },
        [number, string]
      >(
        'SELECT count(*) AS n, min(at) AS first, max(at) AS last, max(value) AS value FROM events WHERE issue = ? AND hash = ?',
      )
      .get(id, hash);
    count += found?.n ?? 0;
    first = Math.min(first, found?.first ?? first);
    last = Math.max(last, found?.last ?? last);
    value = found?.value ?? value;
  }
  const made = index.transaction(() => {
    const { lastInsertRowid } = index
      .query(
        `INSERT INTO issues (project, title, value, culprit, level, platform, first_at, last_at, events)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(row.project, row.title, value, row.culprit, row.level, row.platform, first, last, count);
    const fresh = Number(lastInsertRowid);
    index
      .query('UPDATE issue_hashes SET issue = ? WHERE project = ? AND hash = ?')
      .run(fresh, row.project, hash);
    index.query('UPDATE issues SET events = max(0, events - ?) WHERE id = ?').run(count, id);
    index
      .query('INSERT INTO issue_words (rowid, words) VALUES (?, ?)')
      .run(fresh, `${row.title} ${value} ${row.culprit}`);
    desk.issues.note(fresh, now, `split off ${id}`);
    return fresh;
  })();
  for (const { db } of desk.files.all()) {
    db.query('UPDATE events SET issue = ? WHERE issue = ? AND hash = ?').run(made, id, hash);
  }
  desk.issues.forget();
  return { id: made };
}

function moveCounts({ index }: Desk, from: number, into: number): void {
  index
    .query(
      `INSERT INTO issue_hours (issue, hour, events) SELECT ?, hour, events FROM issue_hours WHERE issue = ?
       ON CONFLICT DO UPDATE SET events = events + excluded.events`,
    )
    .run(into, from);
  index
    .query(
      `INSERT INTO issue_releases (issue, release, environment, events, first_at, last_at)
       SELECT ?, release, environment, events, first_at, last_at FROM issue_releases WHERE issue = ?
       ON CONFLICT DO UPDATE SET events = events + excluded.events, first_at = min(first_at, excluded.first_at),
        last_at = max(last_at, excluded.last_at)`,
    )
    .run(into, from);
  index
    .query(
      `INSERT INTO issue_tags (issue, key, value, events) SELECT ?, key, value, events FROM issue_tags WHERE issue = ?
       ON CONFLICT DO UPDATE SET events = events + excluded.events`,
    )
    .run(into, from);
  index
    .query('INSERT OR IGNORE INTO issue_users (issue, user) SELECT ?, user FROM issue_users WHERE issue = ?')
    .run(into, from);
}
