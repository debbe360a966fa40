/** Vitals by minute and by hour in an SQLite file of their own: some 3 MB for a year and five apps. */

import { Database } from 'bun:sqlite';
import { chmodSync, existsSync } from 'node:fs';
import type { AppVitals, Vitals } from '../../shared/vitals/contract.ts';
import { setAside } from '../kernel/day-folder.ts';
import { codeOf } from '../kernel/disk-error.ts';
import { minuteMs } from './minute.ts';
import type { AppUse } from './processes.ts';

export interface VitalsStore {
  /** One minute of the machine and of its apps; what was stored of that minute before is replaced. */
  add(minute: Vitals, apps: readonly AppUse[]): void;
  /** Points of `stepMs` that begin within `from` to `to`, oldest first. */
  range(span: Span): Vitals[];
  appRange(span: Span, app: string, environment: string): AppVitals[];
  /** The newest minutes, oldest first. */
  latest(minutes: number): Vitals[];
  close(): void;
}

/** ms; `stepMs` is a whole number of minutes. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** Minutes are kept for two weeks, hours for thirteen months, so that a year can be held against the year before. */
export const keepMinutesMs = 14 * dayMs;
const keepHoursMs = 400 * dayMs;

const names = ['cpu', 'memory', 'swap', 'disk', 'load', 'received', 'sent', 'read', 'written'] as const;
const columns = names.map((name) => `${name} REAL`).join(', ');
const means = names.map((name) => `avg(${name}) AS ${name}`).join(', ');

/** A damaged file is put aside, as `<path>.corrupt`, and begun anew: what it held were figures, nothing to stop for. */
export function openVitalsStore(path: string): VitalsStore {
  const db = openOrBegin(path);
  const tableFor = (stepMs: number) => (stepMs < hourMs ? 'minutes' : 'hours');

  /** Hours that are over since the last one stored; what a crash left out is made up for here. */
  function rollUp(before: number): void {
    const newest = db.query<{ at: number | null }, []>('SELECT max(at) AS at FROM hours').get()?.at ?? null;
    const since = newest === null ? 0 : newest + hourMs;
    db.run(
      `INSERT OR REPLACE INTO hours (at, cpuPeak, ${names.join(', ')})
        SELECT at - at % ${hourMs} AS hour, max(cpuPeak), ${means} FROM minutes WHERE at >= ? AND at < ? GROUP BY hour`,
      [since, before],
    );
    db.run(
      `INSERT OR REPLACE INTO app_hours (app, environment, at, cpu, memory)
        SELECT app, environment, at - at % ${hourMs} AS hour, avg(cpu), avg(memory) FROM app_minutes
        WHERE at >= ? AND at < ? GROUP BY app, environment, hour`,
      [since, before],
    );
  }

  function expire(now: number): void {
    for (const [table, kept] of [
      ['minutes', keepMinutesMs],
      ['hours', keepHoursMs],
    ] as const) {
      db.run(`DELETE FROM ${table} WHERE at < ?`, [now - kept]);
      db.run(`DELETE FROM app_${table} WHERE at < ?`, [now - kept]);
    }
  }

  return {
    add: db.transaction((minute: Vitals, apps: readonly AppUse[]) => {
      db.run(
        `INSERT OR REPLACE INTO minutes (at, cpuPeak, ${names.join(', ')}) VALUES (?, ?${', ?'.repeat(names.length)})`,
        [minute.at, minute.cpuPeak, ...names.map((name) => minute[name])],
      );
      for (const { app, environment, cpu, memory } of apps) {
        db.run(
          'INSERT OR REPLACE INTO app_minutes (app, environment, at, cpu, memory) VALUES (?, ?, ?, ?, ?)',
          [app, environment, minute.at, cpu, memory],
        );
      }
      if (minute.at % hourMs === 0) {
        rollUp(minute.at);
        expire(minute.at);
      }
    }),
    range: ({ from, to, stepMs }) =>
      db
        .query<Vitals, [number, number, number]>(
          `SELECT at - at % ?1 AS at, max(cpuPeak) AS cpuPeak, ${means} FROM ${tableFor(stepMs)}
            WHERE at BETWEEN ?2 AND ?3 GROUP BY 1 ORDER BY 1`,
        )
        .all(stepMs, from, to),
    appRange: ({ from, to, stepMs }, app, environment) =>
      db
        .query<AppVitals, [number, string, string, number, number]>(
          `SELECT at - at % ?1 AS at, avg(cpu) AS cpu, avg(memory) AS memory FROM app_${tableFor(stepMs)}
            WHERE app = ?2 AND environment = ?3 AND at BETWEEN ?4 AND ?5 GROUP BY 1 ORDER BY 1`,
        )
        .all(stepMs, app, environment, from, to),
    latest: (minutes) =>
      db.query<Vitals, [number]>('SELECT * FROM minutes ORDER BY at DESC LIMIT ?').all(minutes).reverse(),
    close: () => db.close(),
  };
}

function openOrBegin(path: string): Database {
  try {
    return open(path);
  } catch (error) {
    if (!existsSync(path) || !/SQLITE_(?:NOTADB|CORRUPT)/.test(codeOf(error) ?? '')) throw error;
    setAside(path);
    return open(path);
  }
}

function open(path: string): Database {
  const db = new Database(path, { create: true, readwrite: true });
  try {
    chmodSync(path, 0o600);
    db.run('PRAGMA journal_mode = WAL');
    db.run('PRAGMA synchronous = NORMAL');
    db.run('PRAGMA journal_size_limit = 1048576');
    // Little is read and less is hot.
    db.run('PRAGMA cache_size = -256');
    for (const table of ['minutes', 'hours']) {
      db.run(`CREATE TABLE IF NOT EXISTS ${table} (at INTEGER PRIMARY KEY, cpuPeak REAL, ${columns}) STRICT`);
      db.run(
        `CREATE TABLE IF NOT EXISTS app_${table} (app TEXT, environment TEXT, at INTEGER, cpu REAL, memory REAL,
          PRIMARY KEY (app, environment, at)) STRICT, WITHOUT ROWID`,
      );
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

const mostPoints = 300;

/**
 * The step in which a range is answered: so that there are at most 300 points, in whole minutes, and in whole hours where
 * the range reaches further back than minutes are kept.
 */
export function stepFor(from: number, to: number, now: number): number {
  const fitting = (to - from) / mostPoints;
  const unit = fitting > hourMs || from < now - keepMinutesMs ? hourMs : minuteMs;
  const step = Math.max(1, Math.ceil(fitting / unit)) * unit;
  // Two steps never share a day boundary unevenly: 7 minutes would.
  return unit === minuteMs ? evenMinutes(step) : step;
}

function evenMinutes(step: number): number {
  const even = [1, 2, 5, 10, 15, 30, 60].map((minutes) => minutes * minuteMs);
  return even.find((each) => each >= step) ?? hourMs;
}
