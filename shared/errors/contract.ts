/** The errors feature's block of the server contract: issues, their events, and what is told of releases. */

import * as z from 'zod/mini';
import { call, nothing } from '../rpc.ts';

const app = z.string().check(z.minLength(1), z.maxLength(100));
const count = z.number();
const time = z.number();

export const issueState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unresolved') }),
  /** `in`: only releases later than it reopen the issue; null: any event does. */
  z.object({ kind: z.literal('resolved'), at: time, in: z.nullable(z.string()) }),
  /** Until a time, or until it has so many events or users; all null: for good. */
  z.object({
    kind: z.literal('ignored'),
    at: time,
    until: z.nullable(time),
    events: z.nullable(count),
    users: z.nullable(count),
  }),
]);
export type IssueState = z.infer<typeof issueState>;

export const issue = z.object({
  id: z.number(),
  app: z.string(),
  /** `TypeError`, or a message's first line. */
  title: z.string(),
  /** What the error said. */
  value: z.string(),
  /** Function and file. */
  culprit: z.string(),
  level: z.string(),
  platform: z.string(),
  state: issueState,
  assignee: z.nullable(z.string()),
  firstAt: time,
  lastAt: time,
  events: count,
  users: count,
  firstRelease: z.nullable(z.string()),
  lastRelease: z.nullable(z.string()),
  /** Events of each of the last 24 hours, oldest first. */
  hours: z.array(count),
});
export type Issue = z.infer<typeof issue>;

export const eventHead = z.object({
  /** 32 hexadecimal digits. */
  id: z.string(),
  issue: z.number(),
  at: time,
  level: z.string(),
  value: z.string(),
  release: z.nullable(z.string()),
  environment: z.nullable(z.string()),
  url: z.nullable(z.string()),
  trace: z.nullable(z.string()),
  replay: z.nullable(z.string()),
});
export type EventHead = z.infer<typeof eventHead>;

export const attachment = z.object({
  id: z.number(),
  name: z.string(),
  type: z.string(),
  kind: z.string(),
  size: count,
});

export const span = z.object({
  span: z.string(),
  parent: z.nullable(z.string()),
  op: z.string(),
  name: z.string(),
  at: time,
  /** Microseconds. */
  micros: z.number(),
  status: z.string(),
  segment: z.boolean(),
});
export type Span = z.infer<typeof span>;

export const logLine = z.object({
  at: time,
  level: z.string(),
  body: z.string(),
  trace: z.nullable(z.string()),
  attributes: z.string(),
});

export const releaseHealth = z.object({
  version: z.string(),
  firstAt: time,
  lastAt: time,
  events: count,
  /** That it was the first to have. */
  newIssues: count,
  /** That were resolved and came back with it. */
  regressed: z.optional(count),
  sessions: count,
  crashed: count,
  errored: count,
  /** The commit it was made of, where known. */
  commit: z.nullable(z.string()),
});
export type ReleaseHealth = z.infer<typeof releaseHealth>;

export const issueDetails = z.extend(issue, {
  releases: z.array(
    z.object({ release: z.string(), environment: z.string(), events: count, firstAt: time, lastAt: time }),
  ),
  tags: z.array(
    z.object({ key: z.string(), values: z.array(z.object({ value: z.string(), events: count })) }),
  ),
  notes: z.array(z.object({ at: time, what: z.string() })),
  /** Hashes that lead to it, with the version of the way of grouping. */
  hashes: z.array(z.object({ hash: z.string(), mechanism: z.number() })),
  feedback: z.array(z.object({ at: time, name: z.string(), email: z.string(), message: z.string() })),
  /** The commit of the release that brought it, where known. */
  commit: z.nullable(z.string()),
  /** Which release the suspects are new in: the first that had it, or the one it last came back with (`again`). */
  suspectsOf: z.optional(z.object({ release: z.string(), again: z.boolean() })),
  /** Commits new in that release that touched the file it is thrown in, newest first. */
  suspects: z.optional(
    z.array(
      z.object({
        id: z.string(),
        author: z.string(),
        at: time,
        subject: z.string(),
        file: z.string(),
      }),
    ),
  ),
});
export type IssueDetails = z.infer<typeof issueDetails>;

const modelCall = z.object({
  id: z.number(),
  at: time,
  model: z.string(),
  provider: z.string(),
  state: z.string(),
  status: z.number(),
  totalMs: z.number(),
});

export const around = z.object({
  /** `client`: of the one address that asked for the event's page shortly before. `time`: whatever the release answered then. */
  requests: z.object({
    tied: z.enum(['client', 'time']),
    rows: z.array(
      z.object({
        at: time,
        method: z.string(),
        path: z.string(),
        status: z.number(),
        ms: z.number(),
        /** For the event's own page. */
        same: z.boolean(),
      }),
    ),
  }),
  /**
   * The pages before it. `replay`: of the recorded session, certainly. `page`: of the visit that saw its page within half
   * an hour; `pages` are empty where several `visits` did.
   */
  visit: z.nullable(
    z.object({
      tied: z.enum(['replay', 'page']),
      visits: count,
      pages: z.array(z.object({ at: z.nullable(time), path: z.string() })),
    }),
  ),
  /** Calls of models in the same trace. */
  calls: z.array(modelCall),
});
export type Around = z.infer<typeof around>;

/** `payload` is the event as JSON; `newer` and `older` its neighbours in the issue. */
export const eventDetails = z.object({
  head: eventHead,
  payload: z.string(),
  attachments: z.array(attachment),
  newer: z.nullable(z.string()),
  older: z.nullable(z.string()),
});
export type EventDetails = z.infer<typeof eventDetails>;

const ids = z.array(z.number()).check(z.minLength(1), z.maxLength(100));

export const keeping = z.object({
  /** Of events; issues outlive them. */
  keepDays: z.int().check(z.minimum(1), z.maximum(3650)),
  /** The whole folder at most: events, what is known of issues, source maps. */
  keepBytes: z.int().check(z.minimum(20_000_000), z.maximum(10 ** 13)),
});
export type Keeping = z.infer<typeof keeping>;

export const errorsContract = {
  'issues.list': call(
    z.object({
      app: z.optional(app),
      state: z.optional(z.enum(['unresolved', 'resolved', 'ignored', 'all'])),
      environment: z.optional(z.string()),
      release: z.optional(z.string()),
      /** Words that must all be there; the last may be a beginning. */
      search: z.optional(z.string().check(z.maxLength(200))),
      sort: z.optional(z.enum(['last', 'first', 'events', 'users'])),
      limit: z.optional(z.int().check(z.minimum(1), z.maximum(200))),
      offset: z.optional(z.int().check(z.minimum(0), z.maximum(10_000))),
    }),
    z.object({ issues: z.array(issue), total: count }),
  ),
  'issues.get': call(z.object({ id: z.number() }), issueDetails),
  /** `resolve`: `now`, or for releases later than the last one that had it. */
  'issues.set': call(
    z.object({
      ids,
      set: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('unresolve') }),
        z.object({ kind: z.literal('resolve'), when: z.enum(['now', 'next-release']) }),
        z.object({
          kind: z.literal('ignore'),
          /** ms from now; so many more events or users. */
          forMs: z.optional(z.number().check(z.minimum(1))),
          events: z.optional(z.int().check(z.minimum(1))),
          users: z.optional(z.int().check(z.minimum(1))),
        }),
        z.object({ kind: z.literal('assign'), to: z.nullable(z.string().check(z.maxLength(100))) }),
      ]),
    }),
    nothing,
  ),
  'issues.remove': call(z.object({ ids }), nothing),
  /** All into the first. */
  'issues.merge': call(z.object({ ids }), z.object({ id: z.number() })),
  /** The events of one hash become an issue of their own. */
  'issues.split': call(z.object({ id: z.number(), hash: z.string() }), z.object({ id: z.number() })),
  'events.list': call(
    z.object({
      issue: z.number(),
      before: z.optional(time),
      limit: z.optional(z.int().check(z.minimum(1), z.maximum(200))),
    }),
    z.object({ events: z.array(eventHead) }),
  ),
  'events.get': call(z.object({ id: z.string().check(z.regex(/^[0-9a-f]{32}$/)) }), eventDetails),
  /** What others know of the time around an event. */
  'events.around': call(z.object({ id: z.string().check(z.regex(/^[0-9a-f]{32}$/)) }), around),
  'attachments.get': call(
    z.object({ event: z.string(), id: z.number() }),
    z.object({ name: z.string(), type: z.string(), base64: z.string() }),
  ),
  /** Spans, errors and log lines of a trace. */
  'traces.get': call(
    z.object({ trace: z.string().check(z.regex(/^[0-9a-f]{32}$/)) }),
    z.object({
      spans: z.array(span),
      events: z.array(eventHead),
      logs: z.array(logLine),
      calls: z.optional(z.array(modelCall)),
    }),
  ),
  /** Endpoints and queries by the time they took together. */
  'traces.slow': call(
    z.object({ app, hours: z.optional(z.int().check(z.minimum(1), z.maximum(720))) }),
    z.object({
      rows: z.array(
        z.object({
          op: z.string(),
          name: z.string(),
          count,
          failed: count,
          totalMicros: z.number(),
          slowestMicros: z.number(),
          trace: z.nullable(z.string()),
        }),
      ),
    }),
  ),
  'errors.releases': call(z.object({ app }), z.object({ releases: z.array(releaseHealth) })),
  'errors.monitors': call(
    z.object({ app }),
    z.object({
      monitors: z.array(
        z.object({
          slug: z.string(),
          state: z.string(),
          lastAt: time,
          failures: count,
          schedule: z.string(),
        }),
      ),
    }),
  ),
  /** How to send to it, and what came and was dropped; null where nothing was ever set up. */
  'errors.project': call(
    z.object({ app }),
    z.object({
      id: z.number(),
      /** For `SENTRY_DSN`. Apps have it in their environment already. */
      dsn: z.nullable(z.string()),
      settings: z.object({ perMinute: count, rules: z.string() }),
      dropped: z.array(
        z.object({
          day: z.number(),
          by: z.string(),
          reason: z.string(),
          category: z.string(),
          quantity: count,
        }),
      ),
      /** Everything of the feature on disk. */
      bytes: count,
    }),
  ),
  /** What is kept of the events of all apps. */
  'errors.keeping': call(z.object({}), keeping),
  /** From now on; what is too much by it is deleted before it answers. */
  'errors.keep': call(z.partial(keeping), nothing),
  'errors.configure': call(
    z.object({
      app,
      /** Envelopes a minute. */
      perMinute: z.optional(z.int().check(z.minimum(1), z.maximum(10_000_000))),
      /** Fingerprint rules, one a line. */
      rules: z.optional(z.string().check(z.maxLength(20_000))),
    }),
    nothing,
  ),
  /**
   * A token for `sentry-cli` and bundler plugins, shown once, and the address they are given: those want a host of their
   * own. Default `sentry.<base domain>`.
   */
  'errors.token': call(
    z.object({ app, host: z.optional(z.string().check(z.maxLength(253))) }),
    z.object({ token: z.string(), url: z.string() }),
  ),
} as const;
