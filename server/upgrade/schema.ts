/** The upgrades' table in control.db. */

import type { Migration } from '../kernel/migrations.ts';

export const upgradeMigrations: readonly Migration[] = [
  {
    id: 'upgrade-001',
    sql: `
      CREATE TABLE upgrades (
        id TEXT PRIMARY KEY,
        from_version TEXT NOT NULL,
        to_version TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('under-way', 'upgraded', 'went-back')),
        message TEXT NOT NULL DEFAULT '',
        at INTEGER NOT NULL
      ) STRICT;
    `,
  },
];
