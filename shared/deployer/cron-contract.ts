/** Scheduled commands in the server contract: what there is, what ran, running one now. Times are ms since the epoch. */

import * as z from 'zod/mini';
import { appName, environmentName, production } from '../names.ts';
import { call, stream } from '../rpc.ts';

const inEnvironment = { app: appName, environment: z._default(environmentName, production) };
const jobName = z.string().check(z.maxLength(60));

export const cronRun = z.object({
  id: z.string(),
  name: z.string(),
  /** `late`: it was due while the server was down, at most an hour before. */
  cause: z.enum(['schedule', 'late', 'hand']),
  /**
   * `skipped`: the run before still went on. `missed`: it was due while the server was down, too long ago to make up
   * for. `interrupted`: the server ended in the middle of it.
   */
  state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped', 'missed', 'interrupted']),
  dueAt: z.number(),
  startedAt: z.nullable(z.number()),
  endedAt: z.nullable(z.number()),
  release: z.nullable(z.number()),
  /** How it ended, for people: `exit code 1`, `longer than 60 s`; null while it has not. */
  exit: z.nullable(z.string()),
  code: z.nullable(z.number()),
  /** The last lines it wrote. All of them are in the logs of its release. */
  tail: z.array(z.string()),
});
export type CronRun = z.infer<typeof cronRun>;

export const cronJob = z.object({
  name: z.string(),
  schedule: z.string(),
  timezone: z.string(),
  command: z.string(),
  overlap: z.enum(['skip', 'queue', 'allow']),
  /** Seconds. */
  timeout: z.number(),
  /** Null where it does not run by itself: a preview, a stopped app, a date that never comes. */
  next: z.nullable(z.number()),
  last: z.nullable(cronRun),
});
export type CronJob = z.infer<typeof cronJob>;

export const cronContract = {
  'cron.list': call(z.object(inEnvironment), z.object({ jobs: z.array(cronJob) })),
  /** Newest first. */
  'cron.history': call(
    z.object({
      ...inEnvironment,
      name: z.optional(jobName),
      limit: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(1000)), 20),
    }),
    z.object({ runs: z.array(cronRun) }),
  ),
  /** Runs it now, behind a run under way unless overlap is allowed. It goes on where the reader goes away. */
  'cron.run': stream(z.object({ ...inEnvironment, name: jobName }), z.object({ text: z.string() }), cronRun),
} as const;
