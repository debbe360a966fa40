/** The table of jobs. Every method is one statement; who needs more than one holds a transaction. */

import type { Job } from '../../shared/kernel/contract.ts';
import type { WaitingJob } from './job-turns.ts';
import type { Migration } from './migrations.ts';
import type { Store } from './store.ts';

export const jobMigrations: readonly Migration[] = [
  {
    id: 'kernel-001-jobs',
    sql: `
      CREATE TABLE kernel_jobs (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        key TEXT,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
        attempts INTEGER NOT NULL DEFAULT 0,
        begun INTEGER NOT NULL DEFAULT 0,
        run_after INTEGER NOT NULL,
        lease_until INTEGER,
        cancelled INTEGER NOT NULL DEFAULT 0,
        error TEXT,
        added_at INTEGER NOT NULL,
        ended_at INTEGER
      ) STRICT;
      CREATE INDEX kernel_jobs_state ON kernel_jobs (state, seq);
      CREATE INDEX kernel_jobs_subject ON kernel_jobs (kind, subject);
    `,
  },
];

export interface NewJob {
  id: string;
  kind: string;
  subject: string;
  key: string | null;
  runAfter: number;
}

export interface StoredJob extends WaitingJob {
  readonly subject: string;
  /** Runs so far that were not ended by a stop in good order. */
  readonly attempts: number;
  readonly cancelled: number;
}

export type JobStore = ReturnType<typeof jobStore>;

/** How many ended jobs are kept to be shown. */
const endedKept = 200;
const columns = 'id, kind, subject, key, attempts, begun, run_after AS runAfter, cancelled';

export function jobStore({ db }: Store) {
  return {
    add(job: NewJob, now: number): void {
      db.query(
        "INSERT INTO kernel_jobs (id, kind, subject, key, state, run_after, added_at) VALUES (?, ?, ?, ?, 'waiting', ?, ?)",
      ).run(job.id, job.kind, job.subject, job.key, job.runAfter, now);
    },
    /** In the order of adding. */
    waiting(): StoredJob[] {
      return db
        .query<StoredJob, []>(`SELECT ${columns} FROM kernel_jobs WHERE state = 'waiting' ORDER BY seq`)
        .all();
    },
    get(id: string): StoredJob | null {
      return db.query<StoredJob, [string]>(`SELECT ${columns} FROM kernel_jobs WHERE id = ?`).get(id);
    },
    /** False where it is not waiting any more. */
    began(id: string, leaseUntil: number): boolean {
      return (
        db
          .query(
            "UPDATE kernel_jobs SET state = 'running', attempts = attempts + 1, begun = 1, lease_until = ? WHERE id = ? AND state = 'waiting'",
          )
          .run(leaseUntil, id).changes > 0
      );
    },
    renew(leaseUntil: number): void {
      db.query("UPDATE kernel_jobs SET lease_until = ? WHERE state = 'running'").run(leaseUntil);
    },
    backToWaiting(id: string, runAfter: number, attempts: number, error: string | null): void {
      db.query(
        "UPDATE kernel_jobs SET state = 'waiting', lease_until = NULL, run_after = ?, attempts = ?, error = ? WHERE id = ?",
      ).run(runAfter, attempts, error, id);
    },
    ended(id: string, state: 'done' | 'failed', error: string | null, now: number): void {
      db.query(
        'UPDATE kernel_jobs SET state = ?, lease_until = NULL, error = ?, ended_at = ? WHERE id = ?',
      ).run(state, error, now, id);
    },
    prune(): void {
      db.query(
        `DELETE FROM kernel_jobs WHERE state IN ('done', 'failed') AND seq NOT IN
         (SELECT seq FROM kernel_jobs WHERE state IN ('done', 'failed') ORDER BY ended_at DESC, seq DESC LIMIT ${endedKept})`,
      ).run();
    },
    forgetWaiting(kind: string, subject: string): number {
      return db
        .query("DELETE FROM kernel_jobs WHERE kind = ? AND subject = ? AND state = 'waiting' AND begun = 0")
        .run(kind, subject).changes;
    },
    /** Those that ran already: they are told by their signal, also when they are taken up again after a restart. */
    markCancelled(kind: string, subject: string): string[] {
      return db
        .query<{ id: string }, [string, string]>(
          `UPDATE kernel_jobs SET cancelled = 1, run_after = CASE state WHEN 'waiting' THEN 0 ELSE run_after END
           WHERE kind = ? AND subject = ? AND state IN ('waiting', 'running') RETURNING id`,
        )
        .all(kind, subject)
        .map((row) => row.id);
    },
    /** Jobs a dead process left running. Only one process can hold the data folder, so every lease is void at start. */
    takeOver(): number {
      return db
        .query("UPDATE kernel_jobs SET state = 'waiting', lease_until = NULL WHERE state = 'running'")
        .run().changes;
    },
    /** Running jobs whose lease nobody renewed. */
    stuck(now: number): number {
      const row = db
        .query<{ n: number }, [number]>(
          "SELECT count(*) AS n FROM kernel_jobs WHERE state = 'running' AND lease_until < ?",
        )
        .get(now);
      return row?.n ?? 0;
    },
    /** The oldest first; of the ended ones the newest 200. */
    list(): Job[] {
      return db
        .query<Job, []>(
          'SELECT id, kind, subject, state, attempts, run_after AS runAfter, error FROM kernel_jobs ORDER BY seq',
        )
        .all();
    },
  };
}
