/** Durable work: a job survives a restart, runs under a lease, and is tried again when its runner died. */

import type { Job } from '../../shared/kernel/contract.ts';

export interface JobContext {
  readonly id: string;
  /** 1 for the first run; more when an earlier one threw, or died in the middle. */
  readonly attempt: number;
  /**
   * Aborted by `cancel` and when the server stops. A handler that ends by it leaves the job waiting if the server
   * stops: it is run again after the next start, so it must be able to find its work half done, or done.
   */
  readonly signal: AbortSignal;
}

export interface JobKind {
  readonly kind: string;
  /** How many of this kind run at once. */
  readonly concurrency: number;
  /** Runs after this many are given up and `onGivenUp` is called. */
  readonly maxAttempts: number;
  /** One run. When it throws, it is run again after a while (1 s, 2 s, 4 s … a minute), as long as attempts are left. */
  run(subject: string, context: JobContext): Promise<void>;
  onGivenUp?(subject: string): void;
}

export interface Jobs {
  define(kind: JobKind): void;
  /**
   * Stores the job (inside the caller's transaction, if any) and runs it when its turn comes.
   * Jobs with the same `key` run one at a time, in the order they were added; one that is only due later (`runAfter`,
   * ms since the epoch) holds nobody back before it first ran.
   */
  add(job: { kind: string; subject: string; key?: string; runAfter?: number }): string;
  /**
   * Aborts a running job, forgets a waiting one. False where there is none. One that ran before and waits to be run
   * again is run with its signal aborted, so that it can tidy up.
   */
  cancel(kind: string, subject: string): boolean;
  list(): Job[];
  /** Takes over what an earlier process left, then runs. */
  start(): void;
  /** Aborts what runs, waits for it to end, leaves it stored. */
  stop(): Promise<void>;
}
