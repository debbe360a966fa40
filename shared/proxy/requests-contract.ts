/** What may be asked of the access log and of the counters: single requests, as they come, the most frequent, over time. */

import * as z from 'zod/mini';
import { appName, environmentName } from '../names.ts';
import { call, stream } from '../rpc.ts';

export const agentClasses = ['browser', 'mobile', 'bot', 'tool', 'none', 'other'] as const;
export const agentClass = z.enum(agentClasses);
export type AgentClass = z.infer<typeof agentClass>;

/** Which requests; what is left out does not matter. */
export const requestFilter = z.object({
  app: z.optional(appName),
  environment: z.optional(environmentName),
  /** One status, or a class like `5xx`. */
  status: z.optional(z.string().check(z.regex(/^[1-5](?:\d\d|xx)$/, 'a status is like "404" or "5xx"'))),
  method: z.optional(z.string().check(z.regex(/^[A-Za-z-]{1,32}$/))),
  /** `/about`, `/api/*` or `*.png`. */
  path: z.optional(z.string().check(z.maxLength(1024))),
  host: z.optional(z.string().check(z.maxLength(260))),
  client: z.optional(z.string().check(z.maxLength(50))),
  release: z.optional(z.number().check(z.int())),
  /** At least so many ms. */
  slower: z.optional(z.number().check(z.minimum(0))),
});
export type RequestFilter = z.infer<typeof requestFilter>;

export const loggedRequest = z.object({
  /** ms since the epoch. */
  at: z.number(),
  app: z.nullable(z.string()),
  environment: z.nullable(z.string()),
  release: z.nullable(z.number()),
  target: z.nullable(z.string()),
  client: z.string(),
  /** Two letters; null where no database of places is there, or it does not know. */
  country: z.nullable(z.string()),
  method: z.string(),
  host: z.string(),
  /** Without its query: that is where tokens are. */
  path: z.string(),
  status: z.number(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  ms: z.number(),
  upstreamMs: z.nullable(z.number()),
  agent: agentClass,
  userAgent: z.string(),
  referrer: z.string(),
});
export type LoggedRequest = z.infer<typeof loggedRequest>;

export const topDimensions = [
  'path',
  'status',
  'host',
  'client',
  'country',
  'referrer',
  'agent',
  'method',
  'release',
  'app',
] as const;
export const topDimension = z.enum(topDimensions);
export type TopDimension = z.infer<typeof topDimension>;

const range = {
  /** ms since the epoch, both included. */
  since: z.number(),
  until: z.number(),
};

export const topRow = z.object({
  value: z.string(),
  requests: z.number(),
  /** Answered 5xx. */
  errors: z.number(),
  bytesOut: z.number(),
  /** Half of them took at most this, ms, and 95 of 100; null where values were put together after they were counted. */
  p50: z.nullable(z.number()),
  p95: z.nullable(z.number()),
});
export type TopRow = z.infer<typeof topRow>;

export const seriesPoint = z.object({
  at: z.number(),
  requests: z.number(),
  /** By class of status, 1xx to 5xx. */
  classes: z.array(z.number()),
  bytesOut: z.number(),
  p50: z.nullable(z.number()),
  p95: z.nullable(z.number()),
});
export type SeriesPoint = z.infer<typeof seriesPoint>;

/** Why the proxy let somebody not pass, with how often since it started. */
export const turnedAway = z.object({ reason: z.string(), count: z.number() });

export const requestsContract = {
  /** The newest first. */
  'requests.query': call(
    z.object({
      ...requestFilter.shape,
      ...range,
      limit: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(1000)), 100),
    }),
    z.object({ requests: z.array(loggedRequest) }),
  ),
  /** As they end, from now on; at most 500 a second, `skipped` says how many were left out before one. */
  'requests.tail': stream(
    requestFilter,
    z.object({ request: loggedRequest, skipped: z.number() }),
    z.object({}),
  ),
  'requests.top': call(
    z.object({
      ...requestFilter.shape,
      ...range,
      by: topDimension,
      limit: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(200)), 20),
    }),
    z.object({ rows: z.array(topRow) }),
  ),
  /** `step` in ms; at most 1000 points. */
  'requests.series': call(
    z.object({ ...requestFilter.shape, ...range, step: z.number().check(z.int(), z.minimum(1000)) }),
    z.object({ points: z.array(seriesPoint) }),
  ),
  'requests.refused': call(
    z.object({}),
    z.object({ since: z.number(), connections: z.number(), reasons: z.array(turnedAway) }),
  ),
  /** OpenMetrics text, version 1.0. */
  'metrics.read': call(z.object({}), z.object({ text: z.string() })),
} as const;
