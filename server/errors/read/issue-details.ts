/** Everything that is known of one issue, but for its events. */

import type { Desk } from '../desk.ts';
import { type IssueRow, type ShownIssue, showIssue } from './issue-row.ts';
import { noSuchIssue } from './no-such.ts';

export interface IssueDetails extends ShownIssue {
  releases: { release: string; environment: string; events: number; firstAt: number; lastAt: number }[];
  tags: { key: string; values: { value: string; events: number }[] }[];
  notes: { at: number; what: string }[];
  hashes: { hash: string; mechanism: number }[];
  feedback: { at: number; name: string; email: string; message: string }[];
  commit: string | null;
}

const mostValues = 10;

export function issueDetails({ index }: Desk, id: number, now: number): IssueDetails {
  const row = index.query<IssueRow, [number]>('SELECT * FROM issues WHERE id = ?').get(id);
  if (row === null) throw noSuchIssue(id);
  const tags = new Map<string, { value: string; events: number }[]>();
  const counted = index
    .query<{ key: string; value: string; events: number }, [number]>(
      'SELECT key, value, events FROM issue_tags WHERE issue = ? ORDER BY key, events DESC',
    )
    .all(id);
  for (const { key, value, events } of counted) {
    const values = tags.get(key) ?? [];
    tags.set(key, values);
    if (values.length < mostValues) values.push({ value, events });
  }
  const refs = index
    .query<{ refs: string }, [number, string]>('SELECT refs FROM releases WHERE project = ? AND version = ?')
    .get(row.project, row.first_release ?? '');
  return {
    ...showIssue(index, row, now),
    releases: index
      .query<IssueDetails['releases'][number], [number]>(
        `SELECT release, environment, events, first_at AS firstAt, last_at AS lastAt FROM issue_releases
         WHERE issue = ? ORDER BY last_at DESC LIMIT 50`,
      )
      .all(id),
    tags: [...tags].map(([key, values]) => ({ key, values })),
    notes: index
      .query<{ at: number; what: string }, [number]>(
        'SELECT at, what FROM issue_notes WHERE issue = ? ORDER BY id DESC LIMIT 50',
      )
      .all(id),
    hashes: index
      .query<{ hash: string; mechanism: number }, [number]>(
        'SELECT hash, mechanism FROM issue_hashes WHERE issue = ? LIMIT 200',
      )
      .all(id),
    feedback: feedbackOf(index, id),
    commit: refs === null ? null : (JSON.parse(refs.refs).commit ?? null),
  };
}

/** It names events, and those their issue, while they are kept. */
function feedbackOf(index: Desk['index'], issue: number): IssueDetails['feedback'] {
  return index
    .query<IssueDetails['feedback'][number], [number]>(
      'SELECT at, name, email, message FROM feedback WHERE issue = ? ORDER BY at DESC LIMIT 50',
    )
    .all(issue);
}
