/** The replay feature's block of the server contract: recorded sessions, and what is in them. */

import * as z from 'zod/mini';
import { appName, environmentName } from '../names.ts';
import { call, nothing } from '../rpc.ts';
import { recordingChanges, recordingSettings } from './recording-settings.ts';

const id = z.string().check(z.regex(/^[0-9a-f]{32}$/));

const site = z.object({ app: appName, environment: environmentName });

export const replay = z.object({
  /** 32 hexadecimal digits. */
  id: z.string(),
  app: z.string(),
  environment: z.string(),
  release: z.nullable(z.string()),
  /** ms since the epoch; of the first and the last thing recorded, as the recorder says. */
  startedAt: z.number(),
  endedAt: z.number(),
  /** `session`: all of it. `buffer`: what was before an error. */
  kind: z.string(),
  /** Pages, in the order they were seen. */
  urls: z.array(z.string()),
  /** Events that happened meanwhile, 32 digits each. */
  errors: z.array(z.string()),
  traces: z.array(z.string()),
  user: z.nullable(z.string()),
  segments: z.number(),
  /** On disk. */
  bytes: z.number(),
  /** What it is called, without a version. */
  browser: z.optional(z.nullable(z.string())),
  /** Clicks, of them those of somebody angry and those nothing came of, and errors nobody caught; 0 where a recorder does not count. */
  counts: z.optional(
    z.object({ clicks: z.number(), rage: z.number(), dead: z.number(), errors: z.number() }),
  ),
});
export type Replay = z.infer<typeof replay>;

export const replayContract = {
  'replays.list': call(
    z.object({
      app: z.optional(z.string()),
      /** Only those during which this event happened. */
      error: z.optional(id),
      /** Only those that saw this page; `*` stands for anything. */
      path: z.optional(z.string().check(z.minLength(1), z.maxLength(300))),
      browser: z.optional(z.string().check(z.maxLength(60))),
      /** Only those in which something went wrong, or somebody clicked again and again. */
      faulty: z.optional(z.boolean()),
      rage: z.optional(z.boolean()),
      /** ms. */
      longerThan: z.optional(z.int().check(z.minimum(0))),
      limit: z.optional(z.int().check(z.minimum(1), z.maximum(200))),
    }),
    z.object({ replays: z.array(replay) }),
  ),
  /** `segments`: the numbers of those that are there. */
  'replays.get': call(z.object({ id }), z.extend(replay, { numbers: z.array(z.number()) })),
  /** The events of one segment as JSON text of an array, in rrweb's form. */
  'replays.segment': call(
    z.object({ id, segment: z.int().check(z.minimum(0), z.maximum(100_000)) }),
    z.object({ events: z.string() }),
  ),
  /** What is chosen for an environment's pages. */
  'replays.recording': call(site, recordingSettings),
  /** What is not given stays. Pages that are open now go on as they were told for up to a minute. */
  'replays.configure': call(z.extend(site, { settings: recordingChanges }), recordingSettings),
  'replays.remove': call(z.object({ ids: z.array(id).check(z.minLength(1), z.maxLength(100)) }), nothing),
} as const;
