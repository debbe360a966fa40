/** gateway.db: calls, and their sums by the hour. */

import type { Database } from 'bun:sqlite';

/** Numbers of `calls.state`; in the order they were introduced. */
export const states = ['open', 'done', 'failed', 'cancelled', 'lost'] as const;
export type CallState = (typeof states)[number];

export const sums = [
  'calls',
  'failed',
  'cancelled',
  'cached',
  'retries',
  'input',
  'cache_read',
  'cache_write',
  'output',
  'reasoning',
  'cost',
  'estimated',
  'unpriced',
  'first_ms',
  'first_count',
  'total_ms',
] as const;

const versions: readonly string[] = [
  `CREATE TABLE calls (
     id INTEGER PRIMARY KEY,
     key INTEGER NOT NULL,
     app TEXT NOT NULL,
     environment TEXT NOT NULL,
     release INTEGER NOT NULL,
     model TEXT NOT NULL,
     reserved INTEGER NOT NULL,
     state INTEGER NOT NULL DEFAULT 0,
     cost INTEGER NOT NULL DEFAULT 0,
     provider TEXT NOT NULL,
     served TEXT NOT NULL,
     price TEXT,
     status INTEGER NOT NULL DEFAULT 0,
     estimated INTEGER NOT NULL DEFAULT 0,
     input INTEGER NOT NULL DEFAULT 0,
     cache_read INTEGER NOT NULL DEFAULT 0,
     cache_write INTEGER NOT NULL DEFAULT 0,
     output INTEGER NOT NULL DEFAULT 0,
     reasoning INTEGER NOT NULL DEFAULT 0,
     first_ms INTEGER,
     total_ms INTEGER NOT NULL DEFAULT 0,
     attempts INTEGER NOT NULL DEFAULT 0,
     cached INTEGER NOT NULL DEFAULT 0,
     trace TEXT
   ) STRICT;
   CREATE TABLE usage_hours (
     hour INTEGER NOT NULL,
     app TEXT NOT NULL,
     environment TEXT NOT NULL,
     release INTEGER NOT NULL,
     key INTEGER NOT NULL,
     model TEXT NOT NULL,
     provider TEXT NOT NULL,
     served TEXT NOT NULL,
     ${sums.map((name) => `${name} INTEGER NOT NULL DEFAULT 0`).join(', ')},
     PRIMARY KEY (hour, app, environment, release, key, model, provider, served)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE texts (
     id INTEGER PRIMARY KEY,
     bytes INTEGER NOT NULL,
     request TEXT NOT NULL,
     answer TEXT NOT NULL
   ) STRICT;
   CREATE TABLE answers (
     hash TEXT PRIMARY KEY,
     key INTEGER NOT NULL,
     until INTEGER NOT NULL,
     status INTEGER NOT NULL,
     type TEXT NOT NULL,
     body BLOB NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX answers_by_until ON answers (until);`,
  // What open calls reserved, those of one commit in one row; `id` is that of the last of them. They were rows of `calls`.
  `CREATE TABLE reservations (id INTEGER PRIMARY KEY, calls TEXT NOT NULL) STRICT;
   INSERT INTO reservations (id, calls)
     SELECT max(id), json_group_array(json_array(id, key, app, environment, release, model, reserved, provider, served, trace))
     FROM calls WHERE state = 0 HAVING count(*) > 0;
   DELETE FROM calls WHERE state = 0;`,
];

/** Brings the file up to this version, forward only. Throws where a newer one wrote it. */
export function prepare(db: Database): void {
  // Of a commit whole pages are written, and reservations of one are small.
  db.run('PRAGMA page_size = 2048');
  db.run('PRAGMA journal_mode = WAL');
  // After kill -9 nothing is missing; after a power cut the last moments may be, never a part of a transaction.
  db.run('PRAGMA synchronous = NORMAL');
  db.run('PRAGMA journal_size_limit = 4194304');
  db.run('PRAGMA cache_size = -2000');
  const at = db.query<{ user_version: number }, []>('PRAGMA user_version').get()?.user_version ?? 0;
  if (at > versions.length) throw new Error('gateway.db was written by a newer windlass');
  db.transaction(() => {
    for (const sql of versions.slice(at)) db.run(sql);
    db.run(`PRAGMA user_version = ${versions.length}`);
  })();
}
