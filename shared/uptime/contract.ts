/** The uptime feature's block of the server contract: checks, what they found, incidents, maintenance. */

import * as z from 'zod/mini';
import { severity } from '../notify/notice.ts';
import { call, nothing, stream } from '../rpc.ts';
import { check, checkSettings, checkStatus } from './check.ts';
import { maintenance } from './maintenance.ts';

/** Good and bad results of a span; what was paused, unknown or maintained counts as neither. */
export const beat = z.object({
  /** When the span begins, ms since the epoch. */
  at: z.number(),
  up: z.number(),
  down: z.number(),
  /** Milliseconds of the good ones; null where there were none. */
  p50: z.nullable(z.number()),
  p95: z.nullable(z.number()),
  p99: z.nullable(z.number()),
});
export type Beat = z.infer<typeof beat>;

export const span = z.enum(['1h', '24h', '7d', '30d', '90d', '1y']);
export type Span = z.infer<typeof span>;

export const checkView = z.object({
  ...check.shape,
  status: checkStatus,
  /** Since when it is so; null while unknown. */
  since: z.nullable(z.number()),
  lastAt: z.nullable(z.number()),
  lastMs: z.nullable(z.number()),
  /** Why the last result was bad, or what a good one said. */
  detail: z.nullable(z.string()),
  /** Bad results in a row that are not enough to be down. */
  failing: z.number(),
  /** What was seen lately from elsewhere: by a desktop, say. */
  outside: z.array(z.object({ from: z.string(), up: z.boolean(), at: z.number() })),
});
export type CheckView = z.infer<typeof checkView>;

export const incidentState = z.enum(['open', 'acknowledged', 'resolved']);
export const incident = z.object({
  id: z.number(),
  subject: z.string(),
  kind: z.string(),
  state: incidentState,
  severity,
  title: z.string(),
  text: z.string(),
  app: z.nullable(z.string()),
  environment: z.nullable(z.string()),
  /** The release and the deployment in force when it began. */
  release: z.nullable(z.number()),
  deployment: z.nullable(z.string()),
  openedAt: z.number(),
  resolvedAt: z.nullable(z.number()),
  acknowledgedBy: z.nullable(z.string()),
});
export type Incident = z.infer<typeof incident>;

export const incidentEvent = z.object({
  at: z.number(),
  kind: z.enum(['opened', 'acknowledged', 'note', 'resolved', 'deployment']),
  by: z.nullable(z.string()),
  text: z.string(),
  /** Shown on the status page. */
  published: z.boolean(),
});
export type IncidentEvent = z.infer<typeof incidentEvent>;

const byId = z.object({ id: z.number() });
const ids = z.array(z.number()).check(z.maxLength(200));
const who = z._default(z.string().check(z.maxLength(80)), 'somebody');

export const uptimeContract = {
  'checks.list': call(nothing, z.object({ checks: z.array(checkView) })),
  /** Told whenever a check's status changes; a view at a time. */
  'checks.follow': stream(nothing, checkView, nothing),
  /** A push check without a token gets one. */
  'checks.add': call(checkSettings, z.object({ check: checkView })),
  'checks.set': call(z.object({ ...checkSettings.shape, id: z.number() }), z.object({ check: checkView })),
  'checks.remove': call(byId, nothing),
  /** One attempt now, whatever the schedule says; counts like any other. */
  'checks.run': call(
    byId,
    z.object({ outcome: z.string(), ms: z.nullable(z.number()), detail: z.nullable(z.string()) }),
  ),
  /** Beats of several checks over a span (60 minutes, 24 hours, 28 × 6 hours, 30 or 90 days, 52 weeks), with `times` their percentiles, each with its uptime in percent (null where nothing is known). */
  'checks.beats': call(
    z.object({ ids, span, times: z._default(z.boolean(), false) }),
    z.object({
      beats: z.array(z.object({ id: z.number(), uptime: z.nullable(z.number()), beats: z.array(beat) })),
    }),
  ),
  /** The last raw results of one, the newest first. */
  'checks.results': call(
    z.object({ id: z.number(), limit: z._default(z.number().check(z.minimum(1), z.maximum(1000)), 100) }),
    z.object({
      results: z.array(
        z.object({
          at: z.number(),
          outcome: z.string(),
          ms: z.nullable(z.number()),
          detail: z.nullable(z.string()),
        }),
      ),
    }),
  ),
  /** Addresses of apps, and of pages that are to be confirmed, that should answer from anywhere, for those who look from elsewhere. */
  'checks.public': call(
    nothing,
    z.object({ checks: z.array(z.object({ id: z.number(), url: z.string() })) }),
  ),
  /** What was seen of them; `from` says from where, as people are told it: `the desktop of Kim`. */
  'checks.outside': call(
    z.object({
      from: z.string().check(z.minLength(1), z.maxLength(80)),
      results: z
        .array(
          z.object({
            id: z.number(),
            up: z.boolean(),
            ms: z.nullable(z.number()),
            why: z.nullable(z.string().check(z.maxLength(300))),
          }),
        )
        .check(z.maxLength(500)),
    }),
    nothing,
  ),
  'incidents.list': call(
    z.object({
      open: z._default(z.boolean(), false),
      limit: z._default(z.number().check(z.minimum(1), z.maximum(500)), 50),
    }),
    z.object({ incidents: z.array(incident) }),
  ),
  'incidents.get': call(byId, z.object({ incident, timeline: z.array(incidentEvent) })),
  /** For what no check sees; it is shown on every status page. */
  'incidents.open': call(
    z.object({
      title: z.string().check(z.minLength(1), z.maxLength(200)),
      text: z._default(z.string().check(z.maxLength(4000)), ''),
      severity: z._default(severity, 'warning'),
      by: who,
    }),
    z.object({ incident }),
  ),
  'incidents.acknowledge': call(z.object({ id: z.number(), by: who }), z.object({ incident })),
  'incidents.note': call(
    z.object({
      id: z.number(),
      by: who,
      text: z.string().check(z.minLength(1), z.maxLength(4000)),
      publish: z._default(z.boolean(), false),
    }),
    z.object({ incident }),
  ),
  /** By hand, for what does not resolve by itself. */
  'incidents.resolve': call(z.object({ id: z.number(), by: who }), z.object({ incident })),
  'maintenance.list': call(nothing, z.object({ maintenance: z.array(maintenance) })),
  /** With id 0 a new one. */
  'maintenance.set': call(z.object({ maintenance }), z.object({ maintenance })),
  'maintenance.remove': call(byId, nothing),
} as const;
