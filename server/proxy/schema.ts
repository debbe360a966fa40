/** The proxy's tables in control.db. */

import type { Migration } from '../kernel/migrations.ts';

export const proxyMigrations: readonly Migration[] = [
  {
    id: 'proxy-001-services',
    sql: `
      CREATE TABLE proxy_services (
        key TEXT PRIMARY KEY,
        given_host TEXT NOT NULL,
        backend TEXT,
        gate TEXT NOT NULL DEFAULT 'flowing' CHECK (gate IN ('flowing', 'paused', 'stopped')),
        max_pause_ms INTEGER NOT NULL DEFAULT 0,
        health_path TEXT NOT NULL DEFAULT ''
      ) STRICT;
      CREATE TABLE proxy_routes (
        host TEXT NOT NULL,
        path_prefix TEXT NOT NULL,
        strip_prefix INTEGER NOT NULL CHECK (strip_prefix IN (0, 1)),
        service TEXT NOT NULL REFERENCES proxy_services (key),
        origin TEXT NOT NULL CHECK (origin IN ('given', 'config', 'added')),
        PRIMARY KEY (host, path_prefix)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX proxy_routes_by_service ON proxy_routes (service);
    `,
  },
  {
    id: 'proxy-002-asleep',
    sql: 'ALTER TABLE proxy_services ADD COLUMN asleep INTEGER NOT NULL DEFAULT 0',
  },
  {
    id: 'proxy-003-endpoint-hosts',
    sql: `
      CREATE TABLE proxy_endpoint_hosts (
        host TEXT PRIMARY KEY,
        endpoint TEXT NOT NULL
      ) STRICT, WITHOUT ROWID
    `,
  },
  {
    id: 'proxy-004-rules',
    sql: `
      CREATE TABLE proxy_rules (
        service TEXT NOT NULL,
        origin TEXT NOT NULL CHECK (origin IN ('file', 'set')),
        rules TEXT NOT NULL,
        PRIMARY KEY (service, origin)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE proxy_passwords (
        service TEXT NOT NULL,
        user TEXT NOT NULL,
        sealed BLOB NOT NULL,
        PRIMARY KEY (service, user)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE proxy_settings (
        name TEXT PRIMARY KEY,
        value BLOB NOT NULL
      ) STRICT, WITHOUT ROWID
    `,
  },
  {
    // Passwords of a part of an environment; an empty path stands for all of it.
    id: 'proxy-005-password-places',
    sql: `
      CREATE TABLE proxy_passwords_by_place (
        service TEXT NOT NULL,
        path TEXT NOT NULL,
        user TEXT NOT NULL,
        sealed BLOB NOT NULL,
        PRIMARY KEY (service, path, user)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO proxy_passwords_by_place (service, path, user, sealed)
        SELECT service, '', user, sealed FROM proxy_passwords;
      DROP TABLE proxy_passwords;
      ALTER TABLE proxy_passwords_by_place RENAME TO proxy_passwords
    `,
  },
];
