/** The certificates' tables in control.db. Keys, accounts and providers' credentials are sealed. */

import type { Migration } from '../kernel/migrations.ts';

export const certificateMigrations: readonly Migration[] = [
  {
    id: 'certificates-001',
    sql: `
      CREATE TABLE certificates (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL CHECK (kind IN ('self-signed', 'acme', 'manual')),
        names TEXT NOT NULL,
        issuer TEXT NOT NULL,
        not_before INTEGER NOT NULL,
        not_after INTEGER NOT NULL,
        fingerprint TEXT NOT NULL,
        chain TEXT NOT NULL,
        key BLOB NOT NULL
      ) STRICT;
      CREATE TABLE certificate_hosts (
        host TEXT PRIMARY KEY,
        https TEXT NOT NULL DEFAULT 'auto' CHECK (https IN ('auto', 'always', 'never')),
        hsts INTEGER NOT NULL DEFAULT 0,
        challenge TEXT NOT NULL DEFAULT 'http-01' CHECK (challenge IN ('http-01', 'dns-01')),
        provider TEXT,
        failures INTEGER NOT NULL DEFAULT 0,
        next_at INTEGER NOT NULL DEFAULT 0,
        problem TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE certificate_providers (
        name TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        settings BLOB NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE certificate_authority (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        directory TEXT NOT NULL,
        email TEXT NOT NULL,
        trust TEXT NOT NULL,
        resolver TEXT NOT NULL,
        account_key BLOB NOT NULL,
        account_url TEXT NOT NULL DEFAULT ''
      ) STRICT;
    `,
  },
];
