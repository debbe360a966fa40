/** Scheduled commands, all parts joined. */

import type { Handlers } from '../../kernel/feature.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { AppStore, EnvironmentRow } from '../app-store.ts';
import type { Commands } from '../commands/commands.ts';
import type { ReleaseStore } from '../release-store.ts';
import { createCron } from './cron.ts';
import { cronHandlers } from './handlers.ts';
import { createCronRunStore } from './run-store.ts';
import { createRunner, type RunnerParts } from './runner.ts';

export interface CronRoom {
  readonly handlers: Handlers;
  /** Whether the environment has commands that run by themselves. */
  isScheduled(environment: EnvironmentRow): boolean;
  /** Whether a scheduled command of the app runs now. */
  isRunning(app: string): boolean;
  /** Ends what runs of the app; resolves when it is gone. */
  endApp(app: string): Promise<void>;
  start(): void;
  stop(): void;
}

export function createCronRoom(
  kernel: Kernel,
  parts: {
    apps: AppStore;
    releases: ReleaseStore;
    commands: Commands;
    openOutput: RunnerParts['openOutput'];
  },
): CronRoom {
  const { clock, log, store, events, jobs } = kernel;
  const runs = createCronRunStore(store);
  const shared = { clock, log: log.child('cron'), events, runs };
  const runner = createRunner({ ...shared, ...parts, redact: kernel.secrets.redact });
  jobs.define(runner.job);
  const cron = createCron({ ...shared, store, jobs, apps: parts.apps, releases: parts.releases, runner });
  return {
    handlers: cronHandlers(parts.apps, cron),
    isScheduled: cron.isScheduled,
    isRunning: runner.isRunning,
    endApp: runner.end,
    start: cron.start,
    stop: cron.stop,
  };
}
