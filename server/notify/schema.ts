/** The tables of notices and deliveries in control.db. */

import type { Migration } from '../kernel/migrations.ts';

export const notifyMigrations: readonly Migration[] = [
  {
    id: 'notify-001-notices',
    sql: `
      CREATE TABLE notices (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        state TEXT NOT NULL,
        severity TEXT NOT NULL,
        app TEXT,
        environment TEXT,
        release INTEGER,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        at INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE notify_open (
        subject TEXT PRIMARY KEY,
        at INTEGER NOT NULL,
        acknowledged INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE notify_channels (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        sealed BLOB NOT NULL,
        enabled INTEGER NOT NULL DEFAULT 1,
        failures INTEGER NOT NULL DEFAULT 0,
        failing_since INTEGER,
        retry_at INTEGER NOT NULL DEFAULT 0,
        last_answer TEXT
      ) STRICT;

      CREATE TABLE notify_rules (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        rule TEXT NOT NULL
      ) STRICT;

      CREATE TABLE notify_deliveries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        notice INTEGER NOT NULL REFERENCES notices ON DELETE CASCADE,
        channel INTEGER NOT NULL REFERENCES notify_channels ON DELETE CASCADE,
        uid TEXT NOT NULL,
        state TEXT NOT NULL,
        held INTEGER NOT NULL,
        if_open INTEGER NOT NULL,
        not_before INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        at INTEGER NOT NULL,
        answer TEXT
      ) STRICT;
      CREATE INDEX notify_waiting ON notify_deliveries (channel, id) WHERE state = 'waiting';
      CREATE INDEX notify_of_notice ON notify_deliveries (notice);
    `,
  },
];
