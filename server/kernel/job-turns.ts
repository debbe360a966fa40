/** Whose turn it is: decides, from what is stored and what runs, which jobs start now and when to look again. */

export interface WaitingJob {
  readonly id: string;
  readonly kind: string;
  readonly key: string | null;
  /** 1 where it ran before, at least in part. */
  readonly begun: number;
  /** Not before this, ms since the epoch. */
  readonly runAfter: number;
}

export interface RunningJob {
  readonly kind: string;
  readonly key: string | null;
}

export interface Turns {
  readonly start: readonly WaitingJob[];
  /** When the next of the others is due, ms since the epoch; null where only an end of another job helps. */
  readonly wakeAt: number | null;
}

/**
 * `waiting` is in the order of adding. Of one key at most one job runs, the oldest that is due first. A job that
 * already ran holds its key until it is over, however long it has to wait; one that is merely scheduled for later
 * holds nobody back. Kinds without a concurrency are not known to this version and stay as they are.
 */
export function turns(
  waiting: readonly WaitingJob[],
  running: Iterable<RunningJob>,
  concurrency: ReadonlyMap<string, number>,
  now: number,
): Turns {
  const free = new Map(concurrency);
  const held = new Set<string>();
  for (const job of running) {
    free.set(job.kind, (free.get(job.kind) ?? 0) - 1);
    if (job.key !== null) {
      held.add(job.key);
    }
  }
  const start: WaitingJob[] = [];
  let wakeAt: number | null = null;
  for (const job of waiting) {
    const places = free.get(job.kind);
    if (places === undefined || (job.key !== null && held.has(job.key))) {
      continue;
    }
    const due = job.runAfter <= now;
    if (job.key !== null && (due || job.begun === 1)) {
      held.add(job.key);
    }
    if (!due) {
      wakeAt = wakeAt === null ? job.runAfter : Math.min(wakeAt, job.runAfter);
    } else if (places > 0) {
      free.set(job.kind, places - 1);
      start.push(job);
    }
  }
  return { start, wakeAt };
}

/** Why a run ended: by itself, by an error, or because of a signal it was given. */
export type Ending =
  | { kind: 'returned' }
  | { kind: 'threw'; message: string }
  /** The server stops; whatever the handler said, it may have left early. */
  | { kind: 'stopped' };

export type Verdict =
  | { kind: 'done' }
  | { kind: 'failed'; message: string; givenUp: boolean }
  | { kind: 'wait'; runAfter: number; attempts: number; message: string | null };

/** What becomes of a job whose run number `attempts` has ended. */
export function verdict(
  ending: Ending,
  job: { attempts: number; maxAttempts: number; cancelled: boolean },
  now: number,
): Verdict {
  switch (ending.kind) {
    case 'stopped':
      // A stop in good order is nobody's fault and costs no attempt.
      return { kind: 'wait', runAfter: now, attempts: job.attempts - 1, message: null };
    case 'returned':
      return job.cancelled ? { kind: 'failed', message: 'cancelled', givenUp: false } : { kind: 'done' };
    case 'threw':
      if (job.cancelled) {
        return { kind: 'failed', message: 'cancelled', givenUp: false };
      }
      return job.attempts >= job.maxAttempts
        ? { kind: 'failed', message: ending.message, givenUp: true }
        : {
            kind: 'wait',
            runAfter: now + retryDelayMs(job.attempts),
            attempts: job.attempts,
            message: ending.message,
          };
  }
}

/** 1 s, 2 s, 4 s … at most a minute. */
function retryDelayMs(attempts: number): number {
  return Math.min(60_000, 1000 * 2 ** (attempts - 1));
}
