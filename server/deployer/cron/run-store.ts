/** Runs of scheduled commands in control.db, and up to when each job was looked at. */

import type { CronRun } from '../../../shared/deployer/cron-contract.ts';
import type { Migration } from '../../kernel/migrations.ts';
import type { Store } from '../../kernel/store.ts';

export const cronMigrations: readonly Migration[] = [
  {
    id: 'deployer-101-cron',
    sql: `
      CREATE TABLE cron_jobs (
        environment INTEGER NOT NULL REFERENCES environments ON DELETE CASCADE,
        name TEXT NOT NULL,
        schedule TEXT NOT NULL,
        timezone TEXT NOT NULL,
        considered INTEGER NOT NULL,
        PRIMARY KEY (environment, name)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE cron_runs (
        id TEXT PRIMARY KEY,
        environment INTEGER NOT NULL REFERENCES environments ON DELETE CASCADE,
        name TEXT NOT NULL,
        cause TEXT NOT NULL,
        state TEXT NOT NULL,
        due_at INTEGER NOT NULL,
        started_at INTEGER,
        ended_at INTEGER,
        release INTEGER,
        exit TEXT,
        code INTEGER,
        tail TEXT NOT NULL DEFAULT '[]'
      ) STRICT;
      CREATE INDEX cron_runs_by_job ON cron_runs (environment, name, due_at);
    `,
  },
];

export interface CronRunRow extends CronRun {
  environmentId: number;
}

export interface CronRunStore {
  /** Up to when the job was looked at; `now` where it is new or its schedule changed, and that is stored. */
  considered(
    environmentId: number,
    job: { name: string; schedule: string; timezone: string },
    now: number,
  ): number;
  consider(environmentId: number, name: string, until: number): void;
  /** Adds it and forgets the oldest of the job beyond `keptRuns`. */
  add(run: CronRunRow): void;
  find(id: string): CronRunRow | null;
  began(id: string, release: number, at: number): void;
  ended(id: string, end: Pick<CronRun, 'state' | 'exit' | 'code' | 'tail'>, at: number): void;
  /** Runs of the job that are not over. */
  open(environmentId: number, name: string): { running: number; waiting: number };
  /** Newest first. */
  list(environmentId: number, name: string | null, limit: number): CronRunRow[];
}

/** Kept per job. */
const keptRuns = 100;

type Raw = Omit<CronRunRow, 'tail'> & { tail: string };

export function createCronRunStore({ db }: Store): CronRunStore {
  const columns = `id, environment AS environmentId, name, cause, state, due_at AS dueAt, started_at AS startedAt,
    ended_at AS endedAt, release, exit, code, tail FROM cron_runs`;
  const parse = (raw: Raw): CronRunRow => ({ ...raw, tail: JSON.parse(raw.tail) as string[] });
  return {
    considered(environmentId, { name, schedule, timezone }, now) {
      const row = db
        .query<{ considered: number; schedule: string; timezone: string }, [number, string]>(
          'SELECT considered, schedule, timezone FROM cron_jobs WHERE environment = ? AND name = ?',
        )
        .get(environmentId, name);
      if (row !== null && row.schedule === schedule && row.timezone === timezone) return row.considered;
      db.query(
        `INSERT INTO cron_jobs (environment, name, schedule, timezone, considered) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (environment, name) DO UPDATE SET schedule = excluded.schedule, timezone = excluded.timezone,
           considered = excluded.considered`,
      ).run(environmentId, name, schedule, timezone, now);
      return now;
    },
    consider: (environmentId, name, until) =>
      void db
        .query('UPDATE cron_jobs SET considered = ? WHERE environment = ? AND name = ?')
        .run(until, environmentId, name),
    add(run) {
      db.query(
        `INSERT INTO cron_runs (id, environment, name, cause, state, due_at, ended_at, exit)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(run.id, run.environmentId, run.name, run.cause, run.state, run.dueAt, run.endedAt, run.exit);
      db.query(
        `DELETE FROM cron_runs WHERE environment = ?1 AND name = ?2 AND ended_at IS NOT NULL AND id NOT IN
           (SELECT id FROM cron_runs WHERE environment = ?1 AND name = ?2 ORDER BY due_at DESC, rowid DESC LIMIT ?3)`,
      ).run(run.environmentId, run.name, keptRuns);
    },
    find(id) {
      const raw = db.query<Raw, [string]>(`SELECT ${columns} WHERE id = ?`).get(id);
      return raw === null ? null : parse(raw);
    },
    began: (id, release, at) =>
      void db
        .query("UPDATE cron_runs SET state = 'running', release = ?, started_at = ? WHERE id = ?")
        .run(release, at, id),
    ended: (id, { state, exit, code, tail }, at) =>
      void db
        .query('UPDATE cron_runs SET state = ?, exit = ?, code = ?, tail = ?, ended_at = ? WHERE id = ?')
        .run(state, exit, code, JSON.stringify(tail), at, id),
    open(environmentId, name) {
      const count = db.query<{ count: number }, [number, string, string]>(
        'SELECT count(*) AS count FROM cron_runs WHERE environment = ? AND name = ? AND state = ?',
      );
      return {
        running: count.get(environmentId, name, 'running')?.count ?? 0,
        waiting: count.get(environmentId, name, 'waiting')?.count ?? 0,
      };
    },
    list: (environmentId, name, limit) =>
      db
        .query<Raw, [number, string | null, number]>(
          `SELECT ${columns} WHERE environment = ?1 AND (?2 IS NULL OR name = ?2)
           ORDER BY due_at DESC, rowid DESC LIMIT ?3`,
        )
        .all(environmentId, name, limit)
        .map(parse),
  };
}
