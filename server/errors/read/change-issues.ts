/** What a person decides of issues. */

import { unreachable } from '../../../shared/errors.ts';
import type { Desk } from '../desk.ts';
import type { IssueState } from '../store/issue-state.ts';
import { removeIssue } from '../store/tidy-index.ts';
import type { IssueRow } from './issue-row.ts';
import { noSuchIssue } from './no-such.ts';

export type IssueChange =
  | { kind: 'unresolve' }
  | { kind: 'resolve'; when: 'now' | 'next-release' }
  | { kind: 'ignore'; forMs?: number | undefined; events?: number | undefined; users?: number | undefined }
  | { kind: 'assign'; to: string | null }
  | { kind: 'remove' };

/** All of them or, where one is not there, none. */
export function changeIssues(desk: Desk, ids: readonly number[], change: IssueChange, now: number): null {
  desk.index.transaction(() => {
    for (const id of ids) {
      const row = desk.index.query<IssueRow, [number]>('SELECT * FROM issues WHERE id = ?').get(id);
      if (row === null) throw noSuchIssue(id);
      changeOne(desk, row, change, now);
    }
  })();
  if (change.kind === 'remove') forgetEvents(desk, ids);
  return null;
}

function changeOne(desk: Desk, row: IssueRow, change: IssueChange, now: number): null {
  const set = (state: IssueState, note: string) => {
    desk.issues.setState(row.id, state, now, note);
    return null;
  };
  switch (change.kind) {
    case 'unresolve':
      return set({ kind: 'unresolved' }, 'opened again');
    case 'resolve': {
      const later = change.when === 'next-release' && row.last_release !== null;
      const state: IssueState = { kind: 'resolved', at: now, in: later ? row.last_release : null };
      return set(state, later ? `resolved for what comes after ${row.last_release}` : 'resolved');
    }
    case 'ignore': {
      const { forMs, events, users } = change;
      const state: IssueState = {
        kind: 'ignored',
        at: now,
        until: forMs === undefined ? null : now + forMs,
        events: events === undefined ? null : row.events + events,
        users: users === undefined ? null : row.users + users,
      };
      return set(state, 'ignored');
    }
    case 'assign':
      desk.index.query('UPDATE issues SET assignee = ? WHERE id = ?').run(change.to, row.id);
      desk.issues.note(row.id, now, change.to === null ? 'assigned to nobody' : `assigned to ${change.to}`);
      return null;
    case 'remove':
      removeIssue(desk.index, row.id);
      return null;
    default:
      return unreachable(change);
  }
}

/** What is deleted is gone: from the files of events, too. */
function forgetEvents(desk: Desk, ids: readonly number[]): void {
  desk.issues.forget();
  const list = JSON.stringify(ids);
  for (const { db } of desk.files.all()) {
    db.transaction(() => {
      const inside = 'SELECT value FROM json_each(?)';
      db.query(
        `DELETE FROM attachments WHERE event IN (SELECT event FROM events WHERE issue IN (${inside}))`,
      ).run(list);
      db.query(`DELETE FROM events WHERE issue IN (${inside})`).run(list);
      db.run('DELETE FROM chunks WHERE id NOT IN (SELECT chunk FROM events)');
    })();
  }
}
