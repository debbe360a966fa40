/** Tables of analytics in control.db: what a person chose for a site. The visits themselves lie in files of their own. */

import type { Migration } from '../kernel/migrations.ts';

export const analyticsMigrations: readonly Migration[] = [
  {
    id: 'analytics-001-sites',
    sql: `
      CREATE TABLE analytics_sites (
        app TEXT NOT NULL,
        environment TEXT NOT NULL,
        settings TEXT NOT NULL,
        PRIMARY KEY (app, environment)
      ) STRICT;
    `,
  },
  {
    id: 'analytics-002-segments',
    sql: `
      CREATE TABLE analytics_segments (
        app TEXT NOT NULL,
        environment TEXT NOT NULL,
        name TEXT NOT NULL,
        filters TEXT NOT NULL,
        PRIMARY KEY (app, environment, name)
      ) STRICT;
    `,
  },
];
