import { afterEach, beforeEach, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from './clock.ts';
import { createJobs } from './job-runner.ts';
import { jobMigrations } from './job-store.ts';
import type { JobContext, JobKind, Jobs } from './jobs.ts';
import { createLog } from './log.ts';
import { type OwnedStore, openStore } from './store.ts';

let folder: string;
let store: OwnedStore;
let jobs: Jobs;
const log = createLog({ write: () => undefined, clock: systemClock, redact: (text) => text });
const open = (clock: Clock = systemClock) => {
  store = openStore(join(folder, 'control.db'), jobMigrations, log);
  jobs = createJobs({ store, clock, log });
};
const close = async () => {
  await jobs.stop();
  store.close();
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-jobs-'));
  open();
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

/** Resolves when `truth` is; what the job runner does is seen through its table. */
const until = async (truth: () => boolean) => {
  const deadline = performance.now() + 8000;
  while (!truth()) {
    if (performance.now() > deadline) {
      throw new Error(`still not: ${truth}, jobs are ${JSON.stringify(jobs.list())}`);
    }
    await Bun.sleep(2);
  }
};
const stateOf = (subject: string) => jobs.list().find((job) => job.subject === subject)?.state;
const isOver = () => jobs.list().every((job) => job.state === 'done' || job.state === 'failed');
const ending = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => {
    const end = () => reject(new Error('aborted'));
    if (signal.aborted) {
      end();
    }
    signal.addEventListener('abort', end);
  });

/** A kind that notes what it ran, and how many of it ran at once. */
const noting = (more: Partial<JobKind> = {}) => {
  const seen = { ran: [] as string[], now: 0, most: 0, givenUp: [] as string[] };
  const kind: JobKind = {
    kind: 'note',
    concurrency: 2,
    maxAttempts: 1,
    async run(subject) {
      seen.now += 1;
      seen.most = Math.max(seen.most, seen.now);
      await Bun.sleep(1);
      seen.ran.push(subject);
      seen.now -= 1;
    },
    onGivenUp: (subject) => seen.givenUp.push(subject),
    ...more,
  };
  jobs.define(kind);
  return seen;
};

test('jobs_run_in_order_within_their_key_and_no_more_at_once_than_allowed', async () => {
  const seen = noting();
  for (let number = 0; number < 12; number++) {
    jobs.add({ kind: 'note', subject: `${number}`, key: `key ${number % 3}` });
  }
  expect(seen.ran).toEqual([]);
  jobs.start();
  await until(isOver);
  expect(seen.most).toBe(2);
  for (const key of [0, 1, 2]) {
    const mine = seen.ran.map(Number).filter((number) => number % 3 === key);
    expect(mine).toEqual([key, key + 3, key + 6, key + 9]);
  }
});

test('a_job_added_in_a_transaction_that_fails_never_runs', async () => {
  const seen = noting();
  jobs.start();
  expect(() =>
    store.transaction(() => {
      jobs.add({ kind: 'note', subject: 'gone' });
      throw new Error('no');
    }),
  ).toThrow('no');
  jobs.add({ kind: 'note', subject: 'kept' });
  await until(() => seen.ran.length > 0 && isOver());
  expect(seen.ran).toEqual(['kept']);
});

test('a_job_for_later_waits_for_its_time', async () => {
  const seen = noting();
  jobs.start();
  const due = Date.now() + 60;
  jobs.add({ kind: 'note', subject: 'later', runAfter: due });
  jobs.add({ kind: 'note', subject: 'now' });
  await until(isOver);
  expect(seen.ran).toEqual(['now', 'later']);
  expect(Date.now()).toBeGreaterThanOrEqual(due);
});

test('a_run_that_throws_is_tried_again_and_given_up_in_the_end', async () => {
  let time = 1000;
  await close();
  open({ now: () => time, monotonic: () => time });
  const runs: string[] = [];
  const seen = noting({
    maxAttempts: 2,
    run: async (subject, { attempt }) => {
      runs.push(`${subject} ${attempt}`);
      throw new Error('private text');
    },
  });
  jobs.add({ kind: 'note', subject: 'bad' });
  jobs.start();
  await until(() => runs.length === 1 && stateOf('bad') === 'waiting');
  expect(seen.givenUp).toEqual([]);
  time += 10_000;
  jobs.add({ kind: 'note', subject: 'another' });
  await until(() => stateOf('bad') === 'failed');
  expect(runs.filter((run) => run.startsWith('bad'))).toEqual(['bad 1', 'bad 2']);
  expect(seen.givenUp).toContain('bad');
  expect(jobs.list()[0]?.error).not.toContain('private');
});

test('cancel_forgets_what_waits_and_aborts_what_runs', async () => {
  const contexts: JobContext[] = [];
  const seen = noting({
    concurrency: 1,
    maxAttempts: 5,
    run: async (_, context) => {
      contexts.push(context);
      await ending(context.signal);
    },
  });
  jobs.add({ kind: 'note', subject: 'runs' });
  jobs.add({ kind: 'note', subject: 'waits' });
  jobs.start();
  await until(() => contexts.length === 1);
  expect(jobs.cancel('note', 'waits')).toBe(true);
  expect(jobs.cancel('note', 'nobody')).toBe(false);
  expect(jobs.cancel('note', 'runs')).toBe(true);
  await until(() => stateOf('runs') === 'failed');
  expect(jobs.list().map((job) => [job.subject, job.error])).toEqual([['runs', 'cancelled']]);
  expect(contexts.length).toBe(1);
  expect(seen.givenUp).toEqual([]);
  expect(jobs.cancel('note', 'runs')).toBe(false);
});

test('a_stop_leaves_the_job_waiting_and_costs_no_attempt', async () => {
  const attempts: number[] = [];
  const kind = {
    maxAttempts: 1,
    run: async (_: string, { attempt, signal }: JobContext) => {
      attempts.push(attempt);
      if (attempts.length < 3) {
        await ending(signal);
      }
    },
  };
  noting(kind);
  jobs.add({ kind: 'note', subject: 'long' });
  for (const runs of [1, 2]) {
    jobs.start();
    await until(() => attempts.length === runs);
    await close();
    open();
    noting(kind);
    expect(stateOf('long')).toBe('waiting');
  }
  jobs.start();
  await until(isOver);
  expect(attempts).toEqual([1, 1, 1]);
  expect(stateOf('long')).toBe('done');
});

test('after_kill_9_a_job_is_run_again_its_attempt_counted_and_given_up_when_there_were_enough', async () => {
  await close();
  const script = join(folder, 'runner.ts');
  const from = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  writeFileSync(
    script,
    `import { createJobs } from ${from('./job-runner.ts')};
     import { jobMigrations } from ${from('./job-store.ts')};
     import { openStore } from ${from('./store.ts')};
     const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
     const store = openStore(${JSON.stringify(join(folder, 'control.db'))}, jobMigrations, log);
     const jobs = createJobs({ store, clock: { now: Date.now, monotonic: () => performance.now() }, log });
     jobs.define({ kind: 'note', concurrency: 1, maxAttempts: 3, run: async (subject, { attempt }) => {
       console.log(subject + ' ' + attempt);
       await new Promise(() => {});
     } });
     if (jobs.list().length === 0) {
       jobs.add({ kind: 'note', subject: 'one', key: 'k' });
       jobs.add({ kind: 'note', subject: 'two', key: 'k' });
     }
     jobs.start();
     setInterval(() => {}, 1000);`,
  );
  const runs: string[] = [];
  for (let times = 0; times < 2; times++) {
    const child = Bun.spawn([process.execPath, script], { stdout: 'pipe', stderr: 'inherit' });
    const { value } = await child.stdout.getReader().read();
    runs.push(new TextDecoder().decode(value).trim());
    child.kill('SIGKILL');
    await child.exited;
  }
  expect(runs).toEqual(['one 1', 'one 2']);
  open();
  const attempts: string[] = [];
  const seen = noting({
    maxAttempts: 2,
    run: async (subject, { attempt }) => {
      attempts.push(`${subject} ${attempt}`);
    },
  });
  jobs.start();
  await until(isOver);
  expect(attempts).toEqual(['two 1']);
  expect(seen.givenUp).toEqual(['one']);
  expect(stateOf('one')).toBe('failed');
}, 15_000);

test('a_cancel_survives_a_restart_and_the_next_run_finds_its_signal_aborted', async () => {
  const marker = join(folder, 'cancelled');
  const run = async (_: string, { signal }: JobContext) => {
    if (signal.aborted) {
      writeFileSync(marker, 'tidied up');
      return;
    }
    await ending(signal);
  };
  noting({ maxAttempts: 3, run });
  jobs.add({ kind: 'note', subject: 'long' });
  jobs.start();
  await until(() => stateOf('long') === 'running');
  await close();
  open();
  noting({ maxAttempts: 3, run });
  expect(jobs.cancel('note', 'long')).toBe(true);
  expect(existsSync(marker)).toBe(false);
  jobs.start();
  await until(isOver);
  expect(readFileSync(marker, 'utf8')).toBe('tidied up');
  expect(stateOf('long')).toBe('failed');
});

test('a_feature_that_fails_to_give_up_does_not_bring_the_job_back', async () => {
  noting({
    run: () => Promise.reject(new Error('x')),
    onGivenUp: () => {
      throw new Error('y');
    },
  });
  jobs.add({ kind: 'note', subject: 'bad' });
  jobs.start();
  await until(() => stateOf('bad') === 'failed');
});

test('only_the_newest_ended_jobs_are_kept', async () => {
  noting({ concurrency: 50, run: async () => undefined });
  store.transaction(() => {
    for (let number = 0; number < 260; number++) {
      jobs.add({ kind: 'note', subject: `${number}` });
    }
  });
  jobs.start();
  await until(isOver);
  expect(jobs.list().length).toBe(200);
  expect(stateOf('259')).toBe('done');
  expect(stateOf('0')).toBeUndefined();
}, 15_000);

test('an_unknown_kind_or_one_defined_twice_is_a_bug', () => {
  noting();
  expect(() => noting()).toThrow('twice');
  expect(() => jobs.add({ kind: 'other', subject: 's' })).toThrow('not defined');
});
