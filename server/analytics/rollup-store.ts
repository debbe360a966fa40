/** Sums of days without single visits: one small SQLite file a site. */

import { Database } from 'bun:sqlite';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Range } from '../../shared/analytics/query.ts';
import type { RollupRow } from '../../shared/analytics/rollup-row.ts';

const columns = [
  'day',
  'dimension',
  'key',
  'visitors',
  'visits',
  'views',
  'events',
  'bounces',
  'duration',
  'viewsOfVisits',
] as const;

/** Replaces what was known of those days, all or nothing. */
export function keepRollups(path: string, rows: readonly RollupRow[]): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const db = new Database(path, { create: true, readwrite: true });
  try {
    db.run('PRAGMA synchronous = FULL');
    db.run(
      `CREATE TABLE IF NOT EXISTS rollups (${columns.map((name) => `${name} ${name === 'dimension' || name === 'key' ? 'TEXT' : 'INTEGER'} NOT NULL`).join(', ')},
       PRIMARY KEY (dimension, day, key)) WITHOUT ROWID`,
    );
    db.transaction(() => {
      // A day may come in parts, one dimension after the other.
      const parts = new Map(rows.map(({ day, dimension }) => [`${day} ${dimension}`, { day, dimension }]));
      for (const { day, dimension } of parts.values()) {
        db.query('DELETE FROM rollups WHERE dimension = ? AND day = ?').run(dimension, day);
      }
      const insert = db.query(`INSERT INTO rollups VALUES (${columns.map(() => '?').join(', ')})`);
      for (const row of rows) insert.run(...columns.map((name) => row[name]));
    })();
  } finally {
    db.close();
  }
}

/** Days that begin within the range. */
export function rollupsIn(path: string, { from, to }: Range, dimension: string): RollupRow[] {
  if (!existsSync(path)) return [];
  const db = new Database(path, { readonly: true });
  try {
    return db
      .query<RollupRow, [string, number, number]>(
        'SELECT * FROM rollups WHERE dimension = ? AND day >= ? AND day < ?',
      )
      .all(dimension, from, to);
  } finally {
    db.close();
  }
}

export function rollupDays(path: string): number {
  if (!existsSync(path)) return 0;
  const db = new Database(path, { readonly: true });
  try {
    return db.query<{ days: number }, []>('SELECT count(DISTINCT day) AS days FROM rollups').get()?.days ?? 0;
  } finally {
    db.close();
  }
}

/** The oldest go. */
export function dropRollups(path: string, before: number): void {
  if (!existsSync(path)) return;
  const db = new Database(path, { readwrite: true });
  try {
    db.query('DELETE FROM rollups WHERE day < ?').run(before);
  } finally {
    db.close();
  }
}
