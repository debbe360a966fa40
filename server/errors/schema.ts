/** What of error tracking is in control.db: who may send, and how much. */

import type { Migration } from '../kernel/migrations.ts';

export const errorsMigrations: readonly Migration[] = [
  {
    id: 'errors-001-projects',
    sql: `
      CREATE TABLE errors_projects (
        id INTEGER PRIMARY KEY,
        app TEXT NOT NULL UNIQUE,
        key TEXT NOT NULL UNIQUE,
        url TEXT NOT NULL DEFAULT '',
        per_minute INTEGER NOT NULL,
        rules TEXT NOT NULL DEFAULT '',
        created_at INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE errors_tokens (
        hash TEXT PRIMARY KEY,
        project INTEGER NOT NULL REFERENCES errors_projects (id) ON DELETE CASCADE,
        created_at INTEGER NOT NULL
      ) STRICT;
    `,
  },
  {
    id: 'errors-002-removed',
    sql: `
      CREATE TABLE errors_removed (
        id INTEGER PRIMARY KEY,
        forgotten INTEGER NOT NULL DEFAULT 0
      ) STRICT;
    `,
  },
  {
    id: 'errors-003-monitored',
    sql: 'ALTER TABLE errors_projects ADD COLUMN monitored INTEGER NOT NULL DEFAULT 0',
  },
  {
    id: 'errors-004-keeping',
    sql: `
      CREATE TABLE errors_keeping (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        keep_days INTEGER NOT NULL,
        keep_bytes INTEGER NOT NULL
      ) STRICT;
    `,
  },
];
