/** The deployer's tables in control.db. */

import type { Migration } from '../kernel/migrations.ts';
import { cronMigrations } from './cron/run-store.ts';

export const migrations: readonly Migration[] = [
  {
    id: 'deployer-001-apps',
    sql: `
      CREATE TABLE apps (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        created_at INTEGER NOT NULL,
        last_release INTEGER NOT NULL DEFAULT 0
      ) STRICT;

      CREATE TABLE environments (
        id INTEGER PRIMARY KEY,
        app INTEGER NOT NULL REFERENCES apps ON DELETE CASCADE,
        name TEXT NOT NULL,
        wanted TEXT NOT NULL DEFAULT 'running' CHECK (wanted IN ('running', 'stopped')),
        live_release INTEGER,
        scale INTEGER,
        UNIQUE (app, name)
      ) STRICT;

      CREATE TABLE variables (
        environment INTEGER NOT NULL REFERENCES environments ON DELETE CASCADE,
        name TEXT NOT NULL,
        sealed BLOB NOT NULL,
        PRIMARY KEY (environment, name)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE releases (
        app INTEGER NOT NULL REFERENCES apps ON DELETE CASCADE,
        number INTEGER NOT NULL,
        environment INTEGER NOT NULL REFERENCES environments ON DELETE CASCADE,
        artefact TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        runtime TEXT NOT NULL,
        preset TEXT NOT NULL,
        launch TEXT NOT NULL,
        config TEXT NOT NULL,
        variables BLOB NOT NULL,
        made_from TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        pruned_at INTEGER,
        PRIMARY KEY (app, number)
      ) STRICT;

      CREATE TABLE deployments (
        id TEXT PRIMARY KEY,
        app INTEGER NOT NULL REFERENCES apps ON DELETE CASCADE,
        environment INTEGER NOT NULL REFERENCES environments ON DELETE CASCADE,
        kind TEXT NOT NULL,
        source TEXT NOT NULL,
        phase TEXT NOT NULL,
        release INTEGER,
        previous_release INTEGER,
        failure TEXT,
        phase_times TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        finished_at INTEGER
      ) STRICT;
      CREATE INDEX deployments_by_environment ON deployments (environment, created_at);
      CREATE INDEX deployments_unfinished ON deployments (phase) WHERE finished_at IS NULL;

      CREATE TABLE instances (
        id TEXT PRIMARY KEY,
        environment INTEGER NOT NULL REFERENCES environments ON DELETE CASCADE,
        release INTEGER NOT NULL,
        port INTEGER NOT NULL,
        runtime TEXT NOT NULL,
        handle TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        restarts INTEGER NOT NULL DEFAULT 0,
        last_exit TEXT
      ) STRICT;
      CREATE INDEX instances_by_environment ON instances (environment, release);
    `,
  },
  ...cronMigrations,
  {
    id: 'deployer-003-services',
    sql: `
      ALTER TABLE instances ADD COLUMN service TEXT;
      ALTER TABLE instances ADD COLUMN fingerprint TEXT;
      ALTER TABLE releases ADD COLUMN given BLOB;
    `,
  },
  { id: 'deployer-004-warning', sql: 'ALTER TABLE deployments ADD COLUMN warning TEXT' },
  {
    id: 'deployer-005-commits',
    sql: `
      CREATE TABLE deployment_commits (
        deployment TEXT PRIMARY KEY REFERENCES deployments ON DELETE CASCADE,
        commits TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    id: 'deployer-006-registries',
    sql: `
      CREATE TABLE registry_logins (
        registry TEXT NOT NULL,
        app INTEGER REFERENCES apps ON DELETE CASCADE,
        username TEXT NOT NULL,
        sealed BLOB NOT NULL,
        added_at INTEGER NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX registry_logins_once ON registry_logins (registry, ifnull(app, 0));
    `,
  },
];
