/** An issue as index.db has it, and as it is shown. */

import type { Database } from 'bun:sqlite';
import type { IssueState } from '../store/issue-state.ts';

export interface IssueRow {
  id: number;
  project: number;
  title: string;
  value: string;
  culprit: string;
  level: string;
  platform: string;
  state: string;
  details: string;
  assignee: string | null;
  first_at: number;
  last_at: number;
  events: number;
  users: number;
  first_release: string | null;
  last_release: string | null;
}

/** The `app` of an issue is added by who knows the projects. */
export interface ShownIssue {
  id: number;
  project: number;
  title: string;
  value: string;
  culprit: string;
  level: string;
  platform: string;
  state: IssueState;
  assignee: string | null;
  firstAt: number;
  lastAt: number;
  events: number;
  users: number;
  firstRelease: string | null;
  lastRelease: string | null;
  hours: number[];
}

const hourMs = 3_600_000;

export function stateOf({ state, details }: Pick<IssueRow, 'state' | 'details'>): IssueState {
  return { kind: state, ...JSON.parse(details) } as IssueState;
}

export function showIssue(index: Database, row: IssueRow, now: number): ShownIssue {
  const hour = Math.floor(now / hourMs);
  const hours = new Array<number>(24).fill(0);
  const counted = index
    .query<{ hour: number; events: number }, [number, number]>(
      'SELECT hour, events FROM issue_hours WHERE issue = ? AND hour > ?',
    )
    .all(row.id, hour - 24);
  for (const each of counted) {
    const at = 23 - (hour - each.hour);
    if (at >= 0 && at < 24) hours[at] = each.events;
  }
  const { id, project, title, value, culprit, level, platform, assignee, events, users } = row;
  return {
    ...{ id, project, title, value, culprit, level, platform, assignee, events, users, hours },
    state: stateOf(row),
    firstAt: row.first_at,
    lastAt: row.last_at,
    firstRelease: row.first_release,
    lastRelease: row.last_release,
  };
}
