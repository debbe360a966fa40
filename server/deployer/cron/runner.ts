/** Runs one scheduled command as a durable job: at most once, in the release that is live when its turn comes. */

import { toPublicError, WindlassError } from '../../../shared/errors.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Events } from '../../kernel/events.ts';
import type { JobKind } from '../../kernel/jobs.ts';
import type { Log } from '../../kernel/log.ts';
import type { AppStore } from '../app-store.ts';
import { type CommandEnd, type Commands, shellArgv } from '../commands/commands.ts';
import { exitText } from '../exit-text.ts';
import type { ReleaseRef } from '../logs/logs.ts';
import type { ReleaseStore } from '../release-store.ts';
import type { CronRunRow, CronRunStore } from './run-store.ts';
import { type ScheduledJob, scheduledJobs } from './schedule.ts';

export const cronJobKind = 'cron';

export interface Runner {
  readonly job: JobKind;
  /** Resolves when the run is over. Rejects with `cancelled` when the signal aborts; the run goes on. */
  watch(id: string, onLine: (text: string) => void, signal: AbortSignal): Promise<void>;
  isRunning(app: string): boolean;
  /** Ends what runs of the app; resolves when it is gone. */
  end(app: string): Promise<void>;
}

export interface RunnerParts {
  clock: Clock;
  log: Log;
  events: Events;
  apps: AppStore;
  releases: ReleaseStore;
  runs: CronRunStore;
  commands: Pick<Commands, 'run'>;
  /** Lines in the release's log, under a name of their own. */
  openOutput(release: ReleaseRef, origin: string): { write(text: string): void; close(): Promise<void> };
  redact(text: string): string;
}

const tailLines = 20;

export function createRunner(parts: RunnerParts): Runner {
  const { clock, apps, releases, runs } = parts;
  const watchers = new Map<string, Set<{ line(text: string): void; over(): void }>>();
  const underWay = new Map<string, { app: string; abort: AbortController; done: Promise<void> }>();

  const finish = (run: CronRunRow, end: Parameters<CronRunStore['ended']>[1]) => {
    runs.ended(run.id, end, clock.now());
    for (const watcher of watchers.get(run.id) ?? []) watcher.over();
  };

  const execute = async (run: CronRunRow, signal: AbortSignal) => {
    const environment = apps.environmentById(run.environmentId);
    const release =
      environment.liveRelease === null ? null : releases.find(environment.appId, environment.liveRelease);
    const job = release && scheduledJobs(release.config).find((each) => each.name === run.name);
    if (!release || !job) {
      const exit = 'the live release has no such command any more';
      finish(run, { state: 'skipped', exit, code: null, tail: [] });
      return;
    }
    runs.began(run.id, release.number, clock.now());
    const place = { app: environment.app, environment: environment.name, release: release.number };
    const output = parts.openOutput(place, `cron-${job.name}`);
    const tail: string[] = [];
    const onLine = (text: string) => {
      const safe = parts.redact(text);
      if (tail.push(safe) > tailLines) tail.shift();
      output.write(safe);
      for (const watcher of watchers.get(run.id) ?? []) watcher.line(safe);
    };
    try {
      const end = await parts.commands.run({
        environment,
        release,
        argv: shellArgv(job.command),
        onLine,
        signal,
        timeoutMs: job.timeout * 1000,
      });
      finish(run, { ...verdict(end, job), code: end.code, tail });
    } catch (error) {
      if (!(error instanceof WindlassError))
        parts.log.error('a scheduled command hit a bug', { run: run.id, error });
      finish(run, { state: 'failed', exit: toPublicError(error).message, code: null, tail });
    } finally {
      await output.close();
    }
    const { state = 'failed', exit = null } = runs.find(run.id) ?? {};
    parts.events.emit('cron.ended', {
      app: place.app,
      environment: place.environment,
      name: job.name,
      state,
      exit,
    });
  };

  return {
    job: {
      kind: cronJobKind,
      concurrency: 8,
      // Never run twice: what a second attempt finds begun is told as interrupted.
      maxAttempts: 3,
      async run(id, { signal }) {
        const run = runs.find(id);
        if (run === null) return;
        if (run.state === 'running') {
          finish(run, {
            state: 'interrupted',
            exit: 'the server ended in the middle of it',
            code: null,
            tail: [],
          });
        }
        if (run.state !== 'waiting') return;
        const abort = new AbortController();
        const done = execute(run, AbortSignal.any([signal, abort.signal])).finally(() => underWay.delete(id));
        underWay.set(id, { app: apps.environmentById(run.environmentId).app, abort, done });
        await done;
      },
    },
    async watch(id, onLine, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const watcher = { line: onLine, over: resolve };
      const mine = watchers.get(id) ?? new Set();
      watchers.set(id, mine.add(watcher));
      const gone = () => reject(new WindlassError('cancelled', 'stopped watching; the command goes on'));
      signal.addEventListener('abort', gone, { once: true });
      try {
        await promise;
      } finally {
        signal.removeEventListener('abort', gone);
        mine.delete(watcher);
        if (mine.size === 0) watchers.delete(id);
      }
    },
    isRunning: (app) => [...underWay.values()].some((each) => each.app === app),
    async end(app) {
      const own = [...underWay.values()].filter((each) => each.app === app);
      for (const { abort } of own) abort.abort();
      await Promise.allSettled(own.map(({ done }) => done));
    },
  };
}

function verdict(end: CommandEnd, job: ScheduledJob): Pick<CronRunRow, 'state' | 'exit'> {
  switch (end.why) {
    case 'timeout':
      return { state: 'failed', exit: `longer than ${job.timeout} s` };
    case 'cancelled':
      return { state: 'interrupted', exit: 'the server or the app was stopped in the middle of it' };
    case 'ended':
      return { state: end.code === 0 ? 'done' : 'failed', exit: exitText(end) };
  }
}
