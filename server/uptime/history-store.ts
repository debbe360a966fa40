/** rollups.db: results added up by hour and by day, and up to which result each check is in them. */

import { Database } from 'bun:sqlite';
import { chmodSync } from 'node:fs';
import { addTo, emptyRollup, packTimes, type Rollup, unpackTimes } from './rollup.ts';

export type Grain = 'hours' | 'days';

export interface Fold {
  readonly check: number;
  /** When the last result came that is in it. */
  readonly through: number;
  readonly hours: ReadonlyMap<number, Rollup>;
  readonly days: ReadonlyMap<number, Rollup>;
}

export interface HistoryStore {
  /** Adds to what is there, all of it in one transaction. */
  fold(folds: readonly Fold[]): void;
  through(): Map<number, number>;
  /** In order of time; `from` is included. */
  read(grain: Grain, check: number, from: number): { at: number; rollup: Rollup }[];
  /** Counts alone, summed over `stepMs` each from `from` on: a tenth of the work. */
  counts(
    grain: Grain,
    check: number,
    from: number,
    stepMs: number,
  ): { at: number; up: number; down: number }[];
  forget(check: number): void;
  /** Deletes what is older, and the oldest hours while the file is larger than `bytes`. */
  prune(keep: { hoursFrom: number; daysFrom: number; bytes: number }): void;
  close(): void;
}

interface Row {
  at: number;
  up: number;
  down: number;
  times: Uint8Array;
}

export function openHistory(path: string): HistoryStore {
  const db = new Database(path, { create: true, readwrite: true });
  chmodSync(path, 0o600);
  db.run('PRAGMA auto_vacuum = INCREMENTAL');
  db.run('PRAGMA journal_mode = WAL');
  db.run('PRAGMA synchronous = NORMAL');
  // It lives on the server's own thread, so it keeps little of the file in memory.
  db.run('PRAGMA cache_size = -512');
  db.run('PRAGMA journal_size_limit = 1048576');
  for (const grain of ['hours', 'days']) {
    db.run(`CREATE TABLE IF NOT EXISTS ${grain} (
      check_id INTEGER NOT NULL, at INTEGER NOT NULL, up INTEGER NOT NULL, down INTEGER NOT NULL, times BLOB NOT NULL,
      PRIMARY KEY (check_id, at)) STRICT, WITHOUT ROWID`);
  }
  db.run('CREATE TABLE IF NOT EXISTS folded (check_id INTEGER PRIMARY KEY, through INTEGER NOT NULL) STRICT');
  const statements = (grain: Grain) => ({
    get: db.query<Row, [number, number]>(
      `SELECT at, up, down, times FROM ${grain} WHERE check_id = ? AND at = ?`,
    ),
    put: db.query<null, [number, number, number, number, Uint8Array]>(
      `INSERT OR REPLACE INTO ${grain} (check_id, at, up, down, times) VALUES (?, ?, ?, ?, ?)`,
    ),
    range: db.query<Row, [number, number]>(
      `SELECT at, up, down, times FROM ${grain} WHERE check_id = ? AND at >= ? ORDER BY at`,
    ),
    sums: db.query<{ slot: number; up: number; down: number }, [number, number, number, number]>(
      `SELECT (at - ?1) / ?2 AS slot, sum(up) AS up, sum(down) AS down FROM ${grain}
       WHERE check_id = ?3 AND at >= ?4 GROUP BY slot`,
    ),
  });
  const of = { hours: statements('hours'), days: statements('days') };
  const note = db.query<null, [number, number]>(
    'INSERT OR REPLACE INTO folded (check_id, through) VALUES (?, ?)',
  );
  const bytes = () => {
    const value = (name: string) => db.query<Record<string, number>, []>(`PRAGMA ${name}`).get()?.[name] ?? 0;
    return (value('page_count') - value('freelist_count')) * value('page_size');
  };
  const add = (grain: Grain, check: number, at: number, more: Rollup) => {
    const row = of[grain].get.get(check, at);
    const sum = row === null ? emptyRollup() : rollupOf(row);
    addTo(sum, more);
    of[grain].put.run(check, at, sum.up, sum.down, packTimes(sum));
  };
  return {
    fold: db.transaction((folds: readonly Fold[]) => {
      for (const { check, through, hours, days } of folds) {
        for (const [at, rollup] of hours) add('hours', check, at, rollup);
        for (const [at, rollup] of days) add('days', check, at, rollup);
        note.run(check, through);
      }
    }),
    through: () =>
      new Map(
        db
          .query<{ check_id: number; through: number }, []>('SELECT check_id, through FROM folded')
          .all()
          .map((row) => [row.check_id, row.through]),
      ),
    read: (grain, check, from) =>
      of[grain].range.all(check, from).map((row) => ({ at: row.at, rollup: rollupOf(row) })),
    counts: (grain, check, from, stepMs) =>
      of[grain].sums
        .all(from, stepMs, check, from)
        .map(({ slot, up, down }) => ({ at: from + slot * stepMs, up, down })),
    forget: db.transaction((check: number) => {
      for (const table of ['hours', 'days', 'folded']) {
        db.query(`DELETE FROM ${table} WHERE check_id = ?`).run(check);
      }
    }),
    prune({ hoursFrom, daysFrom, bytes: most }) {
      db.query('DELETE FROM hours WHERE at < ?').run(hoursFrom);
      db.query('DELETE FROM days WHERE at < ?').run(daysFrom);
      while (bytes() > most) {
        const [cut] = db
          .query<{ at: number }, []>(
            'SELECT at FROM hours ORDER BY at LIMIT 1 OFFSET (SELECT count(*) / 10 FROM hours)',
          )
          .all();
        if (cut === undefined || db.query('DELETE FROM hours WHERE at <= ?').run(cut.at).changes === 0) break;
      }
      db.run('PRAGMA incremental_vacuum');
    },
    close: () => db.close(),
  };
}

function rollupOf({ up, down, times }: Row): Rollup {
  const rollup = { ...emptyRollup(), up, down };
  unpackTimes(times, rollup.times);
  return rollup;
}
