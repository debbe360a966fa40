/** The list of issues, filtered, searched and sorted. */

import type { Desk } from '../desk.ts';
import { type IssueRow, type ShownIssue, showIssue } from './issue-row.ts';
import { searchIssues } from './search-issues.ts';

export interface IssueQuery {
  /** Null: of every app. */
  readonly project: number | null;
  readonly state: 'unresolved' | 'resolved' | 'ignored' | 'all';
  readonly environment: string | null;
  readonly release: string | null;
  readonly search: string;
  readonly sort: 'last' | 'first' | 'events' | 'users';
  readonly limit: number;
  readonly offset: number;
  readonly now: number;
}

const orders = { last: 'last_at', first: 'first_at', events: 'events', users: 'users' } as const;
/** Beyond it nobody counts along. */
const mostCounted = 10_000;

export function listIssues(desk: Desk, query: IssueQuery): { issues: ShownIssue[]; total: number } {
  const where: string[] = [];
  const params: (string | number)[] = [];
  const and = (sql: string, ...values: (string | number)[]) => {
    where.push(sql);
    params.push(...values);
  };
  if (query.project !== null) and('project = ?', query.project);
  if (query.state !== 'all') and('state = ?', query.state);
  if (query.release !== null || query.environment !== null) {
    const inside = ['issue = issues.id'];
    if (query.release !== null) inside.push('release = ?');
    if (query.environment !== null) inside.push('environment = ?');
    and(
      `EXISTS (SELECT 1 FROM issue_releases WHERE ${inside.join(' AND ')})`,
      ...[query.release, query.environment].filter((each) => each !== null),
    );
  }
  if (query.search.trim() !== '') {
    const found = searchIssues(desk, query.search, query.project);
    and(`id IN (SELECT value FROM json_each(?))`, JSON.stringify(found));
  }
  const from = `FROM issues ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`}`;
  const total = desk.index
    .query<{ n: number }, (string | number)[]>(
      `SELECT count(*) AS n FROM (SELECT 1 ${from} LIMIT ${mostCounted})`,
    )
    .get(...params);
  const rows = desk.index
    .query<IssueRow, (string | number)[]>(
      `SELECT * ${from} ORDER BY ${orders[query.sort]} DESC, id DESC LIMIT ? OFFSET ?`,
    )
    .all(...params, query.limit, query.offset);
  return { issues: rows.map((row) => showIssue(desk.index, row, query.now)), total: total?.n ?? 0 };
}
