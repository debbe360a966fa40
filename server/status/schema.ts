/** The tables of status pages and their subscribers in control.db. */

import type { Migration } from '../kernel/migrations.ts';

export const statusMigrations: readonly Migration[] = [
  {
    id: 'status-001-pages',
    sql: `
      CREATE TABLE status_pages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        slug TEXT NOT NULL UNIQUE,
        page TEXT NOT NULL,
        key BLOB NOT NULL
      ) STRICT;

      CREATE TABLE status_subscribers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        page INTEGER NOT NULL REFERENCES status_pages ON DELETE CASCADE,
        kind TEXT NOT NULL,
        sealed BLOB NOT NULL,
        fingerprint TEXT NOT NULL,
        confirmed INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL,
        UNIQUE (page, fingerprint)
      ) STRICT;

      CREATE TABLE status_messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        subscriber INTEGER NOT NULL REFERENCES status_subscribers ON DELETE CASCADE,
        uid TEXT NOT NULL,
        subject TEXT NOT NULL,
        text TEXT NOT NULL,
        at INTEGER NOT NULL
      ) STRICT;
    `,
  },
];
