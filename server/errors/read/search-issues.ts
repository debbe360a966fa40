/** Issues by words: of themselves, then of their events, newest files first. */

import type { Desk } from '../desk.ts';

const mostIssues = 1000;
const mostEvents = 2000;
/** Looking through events ends here; what is older is found by the issue's own words only. */
const budgetMs = 120;

/** Every word must be there; each may be the beginning of a longer one in the issues' words. */
export function searchIssues(desk: Desk, search: string, project: number | null): number[] {
  const words =
    search
      .toLowerCase()
      .match(/[\p{L}\p{N}]{1,40}/gu)
      ?.slice(0, 10) ?? [];
  if (words.length === 0) return [];
  const found = new Set<number>();
  const own = desk.index
    .query<{ rowid: number }, [string, number]>(
      'SELECT rowid FROM issue_words WHERE issue_words MATCH ? LIMIT ?',
    )
    .all(words.map((word) => `"${word}"*`).join(' '), mostIssues);
  for (const { rowid } of own) found.add(rowid);
  const until = performance.now() + budgetMs;
  const exact = words.map((word) => `"${word}"`).join(' ');
  for (const file of desk.files.all()) {
    if (performance.now() > until || found.size >= mostIssues) break;
    const rows = file.db
      .query<{ issue: number; project: number }, [string, number]>(
        `SELECT DISTINCT issue, project FROM events WHERE id IN
          (SELECT rowid FROM event_words WHERE event_words MATCH ? ORDER BY rowid DESC LIMIT ?)`,
      )
      .all(exact, mostEvents);
    for (const row of rows) if (project === null || row.project === project) found.add(row.issue);
  }
  return [...found].slice(0, mostIssues);
}
