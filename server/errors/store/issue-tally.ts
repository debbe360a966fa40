/** What a batch of events adds to the counts of their issues: gathered in memory, written together. */

import type { Database } from 'bun:sqlite';

export interface Seen {
  readonly project: number;
  readonly issue: number;
  readonly at: number;
  readonly release: string | null;
  readonly environment: string;
  readonly level: string;
  readonly user: string | null;
  readonly tags: readonly (readonly [string, string])[];
}

export interface Tally {
  add(seen: Seen): void;
  newIssue(project: number, release: string): void;
  /** One that was resolved came back with it. */
  regressed(project: number, release: string): void;
  /** Writes it all; answers the users that are new to each issue. Inside a transaction. */
  flush(): Map<number, number>;
  discard(): void;
  /** Events of issues within the hour of their last one, as of the last flush. */
  hourly(): ReadonlyMap<number, number>;
}

interface Counted {
  project: number;
  events: number;
  firstAt: number;
  lastAt: number;
  level: string;
  release: string | null;
  hours: Map<number, number>;
  releases: Map<
    string,
    { release: string; environment: string; events: number; firstAt: number; lastAt: number }
  >;
  tags: Map<string, number>;
  users: Set<number>;
}

const mostUsers = 20_000;
const mostValues = 40;
const mostKeys = 60;
const hourMs = 3_600_000;

export function createTally(db: Database): Tally {
  const counted = new Map<number, Counted>();
  const issuesOfRelease = new Map<string, number>();
  const backInRelease = new Map<string, number>();
  const hourly = new Map<number, number>();
  const q = statements(db);
  const tagCounts = new Map<string, number>();

  const bumpTag = (issue: number, pair: string, events: number) => {
    const [key = '', value = ''] = pair.split('\u0000');
    if (q.tagAdd.run(events, issue, key, value).changes > 0) return;
    const name = `${issue} ${key}`;
    const values = tagCounts.get(name) ?? q.tagValues.get(issue, key)?.n ?? 0;
    if (values >= mostValues) return;
    if (values === 0 && (q.tagKeys.get(issue)?.n ?? 0) >= mostKeys) return;
    tagCounts.set(name, values + 1);
    q.tagNew.run(issue, key, value, events);
    q.word.run(` ${value}`, issue);
  };

  const write = (issue: number, count: Counted): number => {
    const { project } = count;
    let users = 0;
    const known = q.users.get(issue)?.n ?? 0;
    for (const user of count.users) {
      if (known + users >= mostUsers) break;
      users += q.user.run(issue, user).changes;
    }
    q.issue.run(count.events, users, count.firstAt, count.lastAt, count.level, count.release, issue);
    for (const [hour, events] of count.hours) {
      hourly.set(issue, q.hour.get(issue, hour, events)?.events ?? events);
    }
    for (const each of count.releases.values()) {
      q.issueRelease.run(issue, each.release, each.environment, each.events, each.firstAt, each.lastAt);
      if (each.release !== '') q.release.run(project, each.release, each.firstAt, each.lastAt, each.events);
    }
    for (const [pair, events] of count.tags) bumpTag(issue, pair, events);
    return users;
  };

  return {
    hourly: () => hourly,
    add(seen) {
      const count = counted.get(seen.issue) ?? fresh(seen);
      counted.set(seen.issue, count);
      count.events += 1;
      count.firstAt = Math.min(count.firstAt, seen.at);
      if (seen.at >= count.lastAt) {
        count.lastAt = seen.at;
        count.level = seen.level;
        count.release = seen.release ?? count.release;
      }
      const hour = Math.floor(seen.at / hourMs);
      count.hours.set(hour, (count.hours.get(hour) ?? 0) + 1);
      // Without a release the environment still counts.
      const release = seen.release ?? '';
      const name = `${release}\u0000${seen.environment}`;
      const of = count.releases.get(name);
      if (of === undefined) {
        const { environment, at } = seen;
        count.releases.set(name, { release, environment, events: 1, firstAt: at, lastAt: at });
      } else {
        of.events += 1;
        of.firstAt = Math.min(of.firstAt, seen.at);
        of.lastAt = Math.max(of.lastAt, seen.at);
      }
      if (seen.user !== null) count.users.add(userNumber(seen.user));
      for (const [key, value] of seen.tags) {
        const pair = `${key}\u0000${value}`;
        count.tags.set(pair, (count.tags.get(pair) ?? 0) + 1);
      }
    },
    newIssue(project, release) {
      const name = `${project}\u0000${release}`;
      issuesOfRelease.set(name, (issuesOfRelease.get(name) ?? 0) + 1);
    },
    regressed(project, release) {
      const name = `${project}\u0000${release}`;
      backInRelease.set(name, (backInRelease.get(name) ?? 0) + 1);
    },
    flush() {
      hourly.clear();
      const users = new Map<number, number>();
      for (const [issue, count] of counted) users.set(issue, write(issue, count));
      for (const [name, issues] of issuesOfRelease) {
        const [project = '', release = ''] = name.split('\u0000');
        q.releaseIssues.run(issues, Number(project), release);
      }
      for (const [name, issues] of backInRelease) {
        const [project = '', release = ''] = name.split('\u0000');
        q.releaseRegressed.run(issues, Number(project), release);
      }
      this.discard();
      return users;
    },
    discard() {
      counted.clear();
      issuesOfRelease.clear();
      backInRelease.clear();
      tagCounts.clear();
    },
  };
}

/** Numbers in place of names: what is stored to count people does not say who they are. 53 bits, as SQLite and JS share. */
export function userNumber(user: string): number {
  return Number(BigInt.asUintN(53, BigInt(Bun.hash(user))));
}

function fresh(seen: Seen): Counted {
  return {
    project: seen.project,
    events: 0,
    firstAt: seen.at,
    lastAt: seen.at,
    level: seen.level,
    release: seen.release,
    hours: new Map(),
    releases: new Map(),
    tags: new Map(),
    users: new Set(),
  };
}

function statements(db: Database) {
  return {
    issue: db.query(
      `UPDATE issues SET events = events + ?, users = users + ?, first_at = min(first_at, ?), last_at = max(last_at, ?),
        level = ?, last_release = coalesce(?, last_release) WHERE id = ?`,
    ),
    hour: db.query<{ events: number }, [number, number, number]>(
      `INSERT INTO issue_hours (issue, hour, events) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET events = events + excluded.events RETURNING events`,
    ),
    issueRelease: db.query(
      `INSERT INTO issue_releases (issue, release, environment, events, first_at, last_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET events = events + excluded.events, first_at = min(first_at, excluded.first_at),
        last_at = max(last_at, excluded.last_at)`,
    ),
    release: db.query(
      `INSERT INTO releases (project, version, first_at, last_at, events) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET events = events + excluded.events, first_at = min(first_at, excluded.first_at),
        last_at = max(last_at, excluded.last_at)`,
    ),
    releaseIssues: db.query('UPDATE releases SET issues = issues + ? WHERE project = ? AND version = ?'),
    releaseRegressed: db.query(
      'UPDATE releases SET regressed = regressed + ? WHERE project = ? AND version = ?',
    ),
    tagAdd: db.query('UPDATE issue_tags SET events = events + ? WHERE issue = ? AND key = ? AND value = ?'),
    tagNew: db.query('INSERT INTO issue_tags (issue, key, value, events) VALUES (?, ?, ?, ?)'),
    tagValues: db.query<{ n: number }, [number, string]>(
      'SELECT count(*) AS n FROM issue_tags WHERE issue = ? AND key = ?',
    ),
    tagKeys: db.query<{ n: number }, [number]>(
      'SELECT count(DISTINCT key) AS n FROM issue_tags WHERE issue = ?',
    ),
    word: db.query('UPDATE issue_words SET words = substr(words || ?, 1, 8000) WHERE rowid = ?'),
    users: db.query<{ n: number }, [number]>('SELECT users AS n FROM issues WHERE id = ?'),
    user: db.query('INSERT OR IGNORE INTO issue_users (issue, user) VALUES (?, ?)'),
  };
}
