/** The replay feature's block of the server contract: recorded sessions, and what is in them. */

import * as z from 'zod/mini';
import { call, nothing } from '../rpc.ts';

const id = z.string().check(z.regex(/^[0-9a-f]{32}$/));

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
});
export type Replay = z.infer<typeof replay>;

export const replayContract = {
  'replays.list': call(
    z.object({
      app: z.optional(z.string()),
      /** Only those during which this event happened. */
      error: z.optional(id),
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
  'replays.remove': call(z.object({ ids: z.array(id).check(z.minLength(1), z.maxLength(100)) }), nothing),
} as const;
