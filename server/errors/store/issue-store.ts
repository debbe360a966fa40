/** Issues in index.db: which one an event belongs to, and what is counted of it, written once a batch. */

import type { Database } from 'bun:sqlite';
import type { ErrorEvent } from '../event/read-event.ts';
import { titleOf } from '../event/title.ts';
import { mechanism } from '../grouping/group.ts';
import { cameBack, type IssueState, laterByName, turnOf } from './issue-state.ts';
import { createTally, type Tally } from './issue-tally.ts';

export type Sighted = { issue: number; what: 'known' | 'new' | 'regressed' | 'awake' };

interface Known {
  id: number;
  state: IssueState;
  events: number;
  users: number;
}

const mostKnown = 5000;

export class IssueStore {
  readonly #db: Database;
  /** By project and hash. What is not here is looked up. */
  readonly #byHash = new Map<string, number>();
  readonly #known = new Map<number, Known>();
  readonly tally: Tally;

  constructor(db: Database) {
    this.#db = db;
    this.tally = createTally(db);
  }

  /** Counts the event to the issue of the first hash that is known, or to a new one. Inside a transaction. */
  see(project: number, event: ErrorEvent, hashes: readonly string[], release: string | null): Sighted {
    const found = this.#find(project, hashes);
    if (found === null) {
      const issue = this.#add(project, event, release);
      for (const hash of hashes) this.#bind(project, hash, issue);
      this.#known.set(issue, { id: issue, state: { kind: 'unresolved' }, events: 1, users: 0 });
      return { issue, what: 'new' };
    }
    for (const hash of hashes) if (!this.#byHash.has(`${project} ${hash}`)) this.#bind(project, hash, found);
    const known = this.#get(found);
    known.events += 1;
    const turn = turnOf(
      known.state,
      { at: event.at, release, events: known.events, users: known.users },
      (one, other) => this.#later(project, one, other),
    );
    if (turn.kind === 'same') return { issue: found, what: 'known' };
    if (turn.kind === 'regressed' && release !== null) this.tally.regressed(project, release);
    this.setState(
      found,
      { kind: 'unresolved' },
      event.at,
      turn.kind === 'regressed' ? cameBack : 'it is not ignored any more',
    );
    return { issue: found, what: turn.kind };
  }

  setState(issue: number, state: IssueState, at: number, note: string): void {
    const { kind, ...details } = state;
    this.#db
      .query('UPDATE issues SET state = ?, details = ? WHERE id = ?')
      .run(kind, JSON.stringify(details), issue);
    this.note(issue, at, note);
    this.#known.delete(issue);
  }

  note(issue: number, at: number, what: string): void {
    this.#db.query('INSERT INTO issue_notes (issue, at, what) VALUES (?, ?, ?)').run(issue, at, what);
  }

  /** Writes what was counted. Before the end of the transaction. */
  flush(): void {
    for (const [issue, users] of this.tally.flush()) {
      const known = this.#known.get(issue);
      if (known !== undefined) known.users += users;
    }
    if (this.#known.size > mostKnown) this.#known.clear();
    if (this.#byHash.size > mostKnown * 3) this.#byHash.clear();
  }

  /** After a transaction failed, or when issues were merged or split. */
  forget(): void {
    this.#byHash.clear();
    this.#known.clear();
    this.tally.discard();
  }

  #find(project: number, hashes: readonly string[]): number | null {
    for (const hash of hashes) {
      const name = `${project} ${hash}`;
      const cached = this.#byHash.get(name);
      if (cached !== undefined) return cached;
      const row = this.#db
        .query<{ issue: number }, [number, string]>(
          'SELECT issue FROM issue_hashes WHERE project = ? AND hash = ?',
        )
        .get(project, hash);
      if (row !== null) {
        this.#byHash.set(name, row.issue);
        return row.issue;
      }
    }
    return null;
  }

  #bind(project: number, hash: string, issue: number): void {
    this.#db
      .query('INSERT OR IGNORE INTO issue_hashes (project, hash, mechanism, issue) VALUES (?, ?, ?, ?)')
      .run(project, hash, mechanism, issue);
    this.#byHash.set(`${project} ${hash}`, issue);
  }

  #add(project: number, event: ErrorEvent, release: string | null): number {
    const { title, value, culprit } = titleOf(event);
    const { lastInsertRowid } = this.#db
      .query(
        `INSERT INTO issues (project, title, value, culprit, level, platform, first_at, last_at, first_release)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(project, title, value, culprit, event.level, event.platform, event.at, event.at, release);
    const issue = Number(lastInsertRowid);
    const files = new Set(event.thrown.flatMap(({ frames }) => frames.map(({ file }) => file)));
    const words = [title, value, culprit, event.message, event.transaction, ...[...files].slice(-30)].join(
      ' ',
    );
    this.#db.query('INSERT INTO issue_words (rowid, words) VALUES (?, ?)').run(issue, words.slice(0, 4000));
    if (release !== null) this.tally.newIssue(project, release);
    return issue;
  }

  #get(issue: number): Known {
    const known = this.#known.get(issue);
    if (known !== undefined) return known;
    const row = this.#db
      .query<{ state: string; details: string; events: number; users: number }, [number]>(
        'SELECT state, details, events, users FROM issues WHERE id = ?',
      )
      .get(issue);
    if (row === null) throw new Error(`the issue ${issue} of a hash is missing`);
    const state = { kind: row.state, ...JSON.parse(row.details) } as IssueState;
    const found: Known = { id: issue, state, events: row.events, users: row.users };
    this.#known.set(issue, found);
    return found;
  }

  #later(project: number, release: string, than: string): boolean {
    const byName = laterByName(release, than);
    if (byName !== undefined) return byName;
    if (release === than) return false;
    const firstAt = (version: string) =>
      this.#db
        .query<{ first_at: number }, [number, string]>(
          'SELECT first_at FROM releases WHERE project = ? AND version = ?',
        )
        .get(project, version)?.first_at ?? Number.POSITIVE_INFINITY;
    return firstAt(release) > firstAt(than);
  }
}
