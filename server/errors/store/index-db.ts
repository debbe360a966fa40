/** index.db: issues and whatever is counted of events; small, and kept for longer than the events themselves. */

import { Database } from 'bun:sqlite';

/** Opens or creates it. Every commit is on disk when it returns: an answer of 200 hangs on it. */
export function openIndexDb(path: string): Database {
  const db = new Database(path, { create: true, readwrite: true });
  db.run('PRAGMA journal_mode = WAL');
  db.run('PRAGMA synchronous = FULL');
  db.run('PRAGMA cache_size = -2000');
  db.run('PRAGMA journal_size_limit = 4194304');
  const { user_version: version } = db.query<{ user_version: number }, []>('PRAGMA user_version').get() ?? {
    user_version: 0,
  };
  for (const [at, sql] of steps.entries()) {
    if (at >= version) db.transaction(() => db.run(`${sql}; PRAGMA user_version = ${at + 1}`))();
  }
  return db;
}

/** Each brings the file from its position to the next; what was released is never changed. */
const steps: readonly string[] = [
  `
  CREATE TABLE issues (
    id INTEGER PRIMARY KEY,
    project INTEGER NOT NULL,
    title TEXT NOT NULL,
    value TEXT NOT NULL,
    culprit TEXT NOT NULL,
    level TEXT NOT NULL,
    platform TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'unresolved',
    details TEXT NOT NULL DEFAULT '{}',
    assignee TEXT,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    events INTEGER NOT NULL DEFAULT 0,
    users INTEGER NOT NULL DEFAULT 0,
    first_release TEXT,
    last_release TEXT
  ) STRICT;
  CREATE INDEX issues_by_time ON issues (project, state, last_at);
  CREATE INDEX issues_by_count ON issues (project, state, events);
  CREATE TABLE issue_hashes (
    project INTEGER NOT NULL,
    hash TEXT NOT NULL,
    mechanism INTEGER NOT NULL,
    issue INTEGER NOT NULL,
    PRIMARY KEY (project, hash)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX hashes_of_issue ON issue_hashes (issue);
  CREATE TABLE issue_hours (
    issue INTEGER NOT NULL, hour INTEGER NOT NULL, events INTEGER NOT NULL, PRIMARY KEY (issue, hour)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE issue_releases (
    issue INTEGER NOT NULL, release TEXT NOT NULL, environment TEXT NOT NULL, events INTEGER NOT NULL,
    first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, PRIMARY KEY (issue, release, environment)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE issue_tags (
    issue INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, events INTEGER NOT NULL,
    PRIMARY KEY (issue, key, value)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE issue_users (issue INTEGER NOT NULL, user INTEGER NOT NULL, PRIMARY KEY (issue, user))
    STRICT, WITHOUT ROWID;
  CREATE TABLE issue_notes (
    id INTEGER PRIMARY KEY, issue INTEGER NOT NULL, at INTEGER NOT NULL, what TEXT NOT NULL
  ) STRICT;
  CREATE INDEX notes_of_issue ON issue_notes (issue);
  CREATE VIRTUAL TABLE issue_words USING fts5 (words, detail = none, prefix = '3');
  CREATE TABLE releases (
    project INTEGER NOT NULL, version TEXT NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
    events INTEGER NOT NULL DEFAULT 0, issues INTEGER NOT NULL DEFAULT 0, refs TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (project, version)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE release_sessions (
    project INTEGER NOT NULL, version TEXT NOT NULL, environment TEXT NOT NULL, day INTEGER NOT NULL,
    total INTEGER NOT NULL, errored INTEGER NOT NULL, crashed INTEGER NOT NULL, abnormal INTEGER NOT NULL,
    PRIMARY KEY (project, version, environment, day)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sessions (project INTEGER NOT NULL, sid TEXT NOT NULL, marks INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (project, sid)) STRICT, WITHOUT ROWID;
  CREATE TABLE monitors (
    project INTEGER NOT NULL, slug TEXT NOT NULL, schedule TEXT NOT NULL, state TEXT NOT NULL,
    last_at INTEGER NOT NULL, due_at INTEGER, failures INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (project, slug)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE check_ins (
    project INTEGER NOT NULL, id TEXT NOT NULL, slug TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL,
    duration INTEGER, environment TEXT NOT NULL, PRIMARY KEY (project, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX check_ins_by_slug ON check_ins (project, slug, at);
  CREATE TABLE feedback (
    id TEXT PRIMARY KEY, project INTEGER NOT NULL, at INTEGER NOT NULL, event TEXT, replay TEXT,
    issue INTEGER, name TEXT NOT NULL, email TEXT NOT NULL, message TEXT NOT NULL, url TEXT NOT NULL
  ) STRICT;
  CREATE INDEX feedback_by_time ON feedback (project, at);
  CREATE INDEX feedback_of_issue ON feedback (issue) WHERE issue IS NOT NULL;
  CREATE TABLE dropped (
    project INTEGER NOT NULL, day INTEGER NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL, category TEXT NOT NULL,
    quantity INTEGER NOT NULL, PRIMARY KEY (project, day, by, reason, category)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE span_hours (
    project INTEGER NOT NULL, hour INTEGER NOT NULL, op TEXT NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL,
    failed INTEGER NOT NULL, total INTEGER NOT NULL, slowest INTEGER NOT NULL,
    PRIMARY KEY (project, hour, op, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE maps (
    project INTEGER NOT NULL, release TEXT NOT NULL, file TEXT NOT NULL, name TEXT NOT NULL, debug_id TEXT NOT NULL,
    blob TEXT NOT NULL, size INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (project, release, file, debug_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX maps_by_debug_id ON maps (project, debug_id);
  CREATE INDEX maps_by_name ON maps (project, release, name);
  CREATE INDEX maps_by_blob ON maps (blob);
  `,
  `
  CREATE TABLE spikes (
    issue INTEGER PRIMARY KEY, project INTEGER NOT NULL, threshold INTEGER NOT NULL, loud_hour INTEGER NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE release_commits (
    project INTEGER NOT NULL, version TEXT NOT NULL, commits TEXT NOT NULL, PRIMARY KEY (project, version)
  ) STRICT, WITHOUT ROWID;
  `,
  'ALTER TABLE releases ADD COLUMN regressed INTEGER NOT NULL DEFAULT 0',
];
