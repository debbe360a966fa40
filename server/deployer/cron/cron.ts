/** Scheduled commands: looked at when the next is due, run as durable jobs, remembered with how they ended. */

import type { CronJob, CronRun } from '../../../shared/deployer/cron-contract.ts';
import { isFinal, isServing } from '../../../shared/deployer/deployment.ts';
import { WindlassError } from '../../../shared/errors.ts';
import { production } from '../../../shared/names.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Events } from '../../kernel/events.ts';
import type { Jobs } from '../../kernel/jobs.ts';
import type { Log } from '../../kernel/log.ts';
import type { Store } from '../../kernel/store.ts';
import type { AppStore, EnvironmentRow } from '../app-store.ts';
import type { ReleaseRow, ReleaseStore } from '../release-store.ts';
import { turn } from './overlap.ts';
import type { CronRunRow, CronRunStore } from './run-store.ts';
import { cronJobKind, type Runner } from './runner.ts';
import { due, nextTime, type ScheduledJob, scheduledJobs } from './schedule.ts';

export interface Cron {
  list(environment: EnvironmentRow): CronJob[];
  history(environment: EnvironmentRow, name: string | null, limit: number): CronRun[];
  /** Runs the job now; resolves when it is over. Throws `not-found` naming the jobs there are. */
  runNow(
    environment: EnvironmentRow,
    name: string,
    onLine: (text: string) => void,
    signal: AbortSignal,
  ): Promise<CronRun>;
  /** Whether the environment has commands that run by themselves. */
  isScheduled(environment: EnvironmentRow): boolean;
  start(): void;
  stop(): void;
}

export interface CronParts {
  clock: Clock;
  log: Log;
  events: Events;
  store: Store;
  jobs: Jobs;
  apps: AppStore;
  releases: ReleaseStore;
  runs: CronRunStore;
  runner: Runner;
}

/** Looked at again at least this often, for the wall clock may jump. */
const longestSleepMs = 60_000;

export function createCron(parts: CronParts): Cron {
  const { clock, log, store, jobs, apps, releases, runs, runner } = parts;
  let timer: ReturnType<typeof setTimeout> | null = null;
  /** The jobs of the last look; null before the first. */
  let lookedBefore: ReadonlySet<string> | null = null;
  let unsubscribe: (() => void) | null = null;

  const liveOf = (environment: EnvironmentRow): ReleaseRow | null =>
    environment.liveRelease === null ? null : releases.find(environment.appId, environment.liveRelease);
  const jobsOf = (environment: EnvironmentRow): ScheduledJob[] => {
    const live = liveOf(environment);
    return live === null || live.launch.kind === 'static' ? [] : scheduledJobs(live.config);
  };
  // A preview has the same schedule as what it is a preview of; both sending the nightly mail would be one too many.
  const runsByItself = (environment: EnvironmentRow) =>
    environment.name === production && environment.wanted === 'running';

  const add = (environment: EnvironmentRow, job: ScheduledJob, run: Pick<CronRun, 'cause' | 'dueAt'>) => {
    const row = newRun(environment, job.name, { ...run, state: 'waiting', exit: null, endedAt: null });
    store.transaction(() => {
      runs.add(row);
      const key = job.overlap === 'allow' ? {} : { key: `cron:${environment.id}:${job.name}` };
      jobs.add({ kind: cronJobKind, subject: row.id, ...key });
    });
    return row;
  };

  const note = (
    environment: EnvironmentRow,
    job: ScheduledJob,
    state: 'skipped' | 'missed',
    cause: CronRun['cause'],
    dueAt: number,
    exit: string,
  ) => runs.add(newRun(environment, job.name, { cause, dueAt, state, exit, endedAt: clock.now() }));

  /** Starts what is due of one job; answers when it is due next. */
  const lookAt = (environment: EnvironmentRow, job: ScheduledJob, now: number): number | null =>
    store.transaction(() => {
      const found = due(job, runs.considered(environment.id, job, now), now);
      if (found.kind === 'none') return found.next;
      runs.consider(environment.id, job.name, now);
      if (found.kind === 'missed') {
        note(environment, job, 'missed', 'schedule', found.at, 'the server was not running');
        return found.next;
      }
      const cause = found.late ? 'late' : 'schedule';
      const open = runs.open(environment.id, job.name);
      const decision = turn(job.overlap, open.running, open.waiting);
      if (decision.kind === 'run') add(environment, job, { cause, dueAt: found.at });
      else note(environment, job, 'skipped', cause, found.at, decision.why);
      return found.next;
    });

  const look = () => {
    const now = clock.now();
    let next: number | null = null;
    const looked = new Set<string>();
    for (const environment of apps.environments().filter(runsByItself)) {
      for (const job of jobsOf(environment)) {
        const key = `${environment.id}:${job.name}`;
        looked.add(key);
        // What was stopped, or not part of the live release, missed nothing; only the server's own absence counts.
        if (lookedBefore?.has(key) === false) runs.consider(environment.id, job.name, now);
        const at = lookAt(environment, job, now) ?? now + longestSleepMs;
        next = Math.min(next ?? at, at);
      }
    }
    lookedBefore = looked;
    if (timer !== null) clearTimeout(timer);
    // Where nothing is scheduled nothing is looked at until the next deployment.
    timer = next === null ? null : setTimeout(safely, Math.min(longestSleepMs, Math.max(0, next - now)));
  };
  const safely = () => {
    try {
      look();
    } catch (error) {
      log.error('the scheduled commands could not be looked at', { error });
      timer = setTimeout(safely, longestSleepMs);
    }
  };

  return {
    list: (environment) =>
      jobsOf(environment).map((job) => ({
        ...job,
        next: runsByItself(environment) ? nextTime(job, clock.now()) : null,
        last: shown(runs.list(environment.id, job.name, 1))[0] ?? null,
      })),
    history: (environment, name, limit) => shown(runs.list(environment.id, name, limit)),
    async runNow(environment, name, onLine, signal) {
      const all = jobsOf(environment);
      const job = all.find((each) => each.name === name);
      if (job === undefined) {
        throw new WindlassError('not-found', `${environment.app} has no scheduled command "${name}"`, {
          hint:
            all.length === 0
              ? 'The live release has no "cron" in its windlass.json.'
              : `It has ${all.map((each) => each.name).join(', ')}.`,
        });
      }
      const { id } = add(environment, job, { cause: 'hand', dueAt: clock.now() });
      await runner.watch(id, onLine, signal);
      const [row] = shown([runs.find(id)].filter((each) => each !== null));
      if (row === undefined) throw new WindlassError('not-found', 'the app was removed meanwhile');
      return row;
    },
    isScheduled: (environment) => runsByItself(environment) && jobsOf(environment).length > 0,
    start() {
      unsubscribe = parts.events.on('deployment.changed', ({ phase }) => {
        if (isServing(phase) || isFinal(phase)) safely();
      });
      safely();
    },
    stop() {
      unsubscribe?.();
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}

function newRun(
  environment: EnvironmentRow,
  name: string,
  run: Pick<CronRun, 'cause' | 'dueAt' | 'state' | 'exit' | 'endedAt'>,
): CronRunRow {
  const id = `cr-${crypto.randomUUID().slice(0, 18)}`;
  const blank = { startedAt: null, release: null, code: null, tail: [] };
  return { ...blank, ...run, id, environmentId: environment.id, name };
}

function shown(rows: readonly CronRunRow[]): CronRun[] {
  return rows.map(({ environmentId: _environment, ...run }) => run);
}
