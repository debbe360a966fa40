/** The tables of checks, incidents and maintenance in control.db. */

import type { Migration } from '../kernel/migrations.ts';

export const uptimeMigrations: readonly Migration[] = [
  {
    id: 'uptime-001-checks',
    sql: `
      CREATE TABLE uptime_checks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        given INTEGER NOT NULL,
        settings BLOB NOT NULL,
        state TEXT
      ) STRICT;

      CREATE TABLE uptime_incidents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        subject TEXT NOT NULL,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        severity TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        app TEXT,
        environment TEXT,
        release INTEGER,
        deployment TEXT,
        opened_at INTEGER NOT NULL,
        resolved_at INTEGER,
        acknowledged_by TEXT
      ) STRICT;
      CREATE UNIQUE INDEX uptime_open_incidents ON uptime_incidents (subject) WHERE resolved_at IS NULL;

      CREATE TABLE uptime_incident_events (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        incident INTEGER NOT NULL REFERENCES uptime_incidents ON DELETE CASCADE,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        by TEXT,
        text TEXT NOT NULL,
        published INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE INDEX uptime_events_of ON uptime_incident_events (incident, id);

      CREATE TABLE uptime_maintenance (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        maintenance TEXT NOT NULL
      ) STRICT;
    `,
  },
];
