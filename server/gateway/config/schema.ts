/** The gateway's tables in control.db: what a person set. What was spent is in gateway.db. */

import type { Migration } from '../../kernel/migrations.ts';

export const gatewayMigrations: readonly Migration[] = [
  {
    id: 'gateway-001-config',
    sql: `
      CREATE TABLE ai_keys (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        app TEXT,
        environment TEXT,
        hash TEXT NOT NULL UNIQUE,
        sealed BLOB NOT NULL,
        tail TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        limits TEXT NOT NULL
      ) STRICT;
      CREATE TABLE ai_providers (
        name TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        base_url TEXT NOT NULL,
        models TEXT NOT NULL,
        sealed BLOB NOT NULL,
        private INTEGER NOT NULL CHECK (private IN (0, 1)),
        added_at INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE ai_aliases (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
      CREATE TABLE ai_prices (model TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
      CREATE TABLE ai_budgets (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        app TEXT,
        environment TEXT,
        key INTEGER,
        model TEXT,
        amount INTEGER NOT NULL,
        period TEXT NOT NULL
      ) STRICT;
      CREATE TABLE ai_settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    `,
  },
];
