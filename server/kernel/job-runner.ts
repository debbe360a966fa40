/** Runs the stored jobs: gives turns, renews leases, stores how each run ended. */

import { toPublicError, unreachable } from '../../shared/errors.ts';
import type { Clock } from './clock.ts';
import { jobStore, type StoredJob } from './job-store.ts';
import { type Ending, turns, verdict } from './job-turns.ts';
import type { JobKind, Jobs } from './jobs.ts';
import type { Log } from './log.ts';
import type { Store } from './store.ts';

interface Run {
  readonly kind: string;
  readonly key: string | null;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

const leaseMs = 30_000;
const renewMs = 10_000;
/** Looked at again at least this often while something is scheduled, for the wall clock may jump. */
const longestSleepMs = 60_000;

/** Jobs of the table `kernel_jobs` (see `jobMigrations`). Nothing runs before `start`. */
export function createJobs({ store, clock, log }: { store: Store; clock: Clock; log: Log }): Jobs {
  const stored = jobStore(store);
  const kinds = new Map<string, JobKind>();
  const running = new Map<string, Run>();
  let state: 'new' | 'running' | 'stopping' = 'new';
  let wake: Timer | undefined;
  let renewal: Timer | undefined;
  let looking = false;

  /** Soon, not now: the caller may be inside a transaction that fails yet. */
  function look(): void {
    if (looking || state !== 'running') {
      return;
    }
    looking = true;
    setImmediate(() => {
      looking = false;
      try {
        giveTurns();
      } catch (error) {
        log.error('the jobs could not be read', { error });
        sleepUntil(clock.now() + renewMs);
      }
    });
  }

  function giveTurns(): void {
    if (state !== 'running') {
      return;
    }
    const waiting = stored.waiting();
    const byId = new Map(waiting.map((job) => [job.id, job]));
    const concurrency = new Map([...kinds.values()].map((kind) => [kind.kind, kind.concurrency]));
    const { start, wakeAt } = turns(waiting, running.values(), concurrency, clock.now());
    sleepUntil(wakeAt);
    for (const { id } of start) {
      const job = byId.get(id);
      const kind = job === undefined ? undefined : kinds.get(job.kind);
      if (job !== undefined && kind !== undefined) {
        begin(job, kind);
      }
    }
    renewWhileRunning();
  }

  function sleepUntil(at: number | null): void {
    clearTimeout(wake);
    wake = undefined;
    if (at !== null && state === 'running') {
      wake = setTimeout(look, Math.min(longestSleepMs, Math.max(0, at - clock.now())));
    }
  }

  function renewWhileRunning(): void {
    if (running.size === 0) {
      clearInterval(renewal);
      renewal = undefined;
      return;
    }
    renewal ??= setInterval(() => {
      try {
        stored.renew(clock.now() + leaseMs);
      } catch (error) {
        log.error('the leases of jobs could not be renewed', { error });
      }
    }, renewMs);
  }

  function begin(job: StoredJob, kind: JobKind): void {
    if (job.attempts >= kind.maxAttempts) {
      giveUp(job, kind, 'the server ended in the middle of every attempt');
      look();
      return;
    }
    if (!stored.began(job.id, clock.now() + leaseMs)) {
      return;
    }
    const abort = new AbortController();
    if (job.cancelled === 1) {
      abort.abort();
    }
    const attempt = job.attempts + 1;
    const ended = runOnce(job, kind, attempt, abort.signal)
      .then((ending) => settle(job.id, kind, attempt, ending))
      .catch((error: unknown) => log.error('the end of a job could not be stored', { job: job.id, error }))
      .finally(() => {
        running.delete(job.id);
        renewWhileRunning();
        look();
      });
    running.set(job.id, { kind: job.kind, key: job.key, abort, ended });
  }

  async function runOnce(
    job: StoredJob,
    kind: JobKind,
    attempt: number,
    signal: AbortSignal,
  ): Promise<Ending> {
    try {
      // After `running` knows of it, so that a handler may cancel itself from its first line.
      await Promise.resolve();
      await kind.run(job.subject, { id: job.id, attempt, signal });
      return { kind: 'returned' };
    } catch (error) {
      if (!signal.aborted) {
        log.error('a job failed', { kind: job.kind, subject: job.subject, attempt, error });
      }
      return { kind: 'threw', message: toPublicError(error).message };
    }
  }

  function settle(id: string, kind: JobKind, attempts: number, ending: Ending): void {
    const job = stored.get(id);
    if (job === null) {
      return;
    }
    const facts = { attempts, maxAttempts: kind.maxAttempts, cancelled: job.cancelled === 1 };
    const what = verdict(state === 'stopping' ? { kind: 'stopped' } : ending, facts, clock.now());
    switch (what.kind) {
      case 'done':
        stored.ended(id, 'done', null, clock.now());
        stored.prune();
        return;
      case 'failed':
        if (what.givenUp) {
          giveUp(job, kind, what.message);
        } else {
          stored.ended(id, 'failed', what.message, clock.now());
          stored.prune();
        }
        return;
      case 'wait':
        stored.backToWaiting(id, what.runAfter, what.attempts, what.message);
        return;
      default:
        unreachable(what);
    }
  }

  function giveUp(job: StoredJob, kind: JobKind, message: string): void {
    log.error('a job is given up', { kind: job.kind, subject: job.subject, why: message });
    const end = () => {
      stored.ended(job.id, 'failed', message, clock.now());
      stored.prune();
    };
    try {
      // Together, so that no job is given up without its feature having stored what follows from it.
      store.transaction(() => {
        end();
        kind.onGivenUp?.(job.subject);
      });
    } catch (error) {
      log.error('what follows from giving up a job failed', { kind: job.kind, subject: job.subject, error });
      end();
    }
  }

  return {
    define(kind) {
      if (kinds.has(kind.kind)) {
        throw new Error(`the job kind ${kind.kind} is defined twice`);
      }
      kinds.set(kind.kind, kind);
      look();
    },
    add({ kind, subject, key, runAfter }) {
      if (!kinds.has(kind)) {
        throw new Error(`the job kind ${kind} is not defined`);
      }
      const id = Bun.randomUUIDv7();
      const now = clock.now();
      stored.add({ id, kind, subject, key: key ?? null, runAfter: runAfter ?? now }, now);
      look();
      return id;
    },
    cancel(kind, subject) {
      return store.transaction(() => {
        const forgotten = stored.forgetWaiting(kind, subject);
        const told = stored.markCancelled(kind, subject);
        for (const id of told) {
          running.get(id)?.abort.abort();
        }
        look();
        return forgotten + told.length > 0;
      });
    },
    list: () => stored.list(),
    start() {
      if (state !== 'new') {
        throw new Error('the jobs were started before');
      }
      const taken = stored.takeOver();
      if (taken > 0) {
        log.info('jobs of the server before were taken over', { jobs: taken });
      }
      state = 'running';
      look();
    },
    async stop() {
      state = 'stopping';
      clearTimeout(wake);
      for (const run of running.values()) {
        run.abort.abort();
      }
      await Promise.all([...running.values()].map((run) => run.ended));
      clearInterval(renewal);
    },
  };
}
