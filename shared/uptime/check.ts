/** A check: what is asked, how often, and when it counts as down. */

import * as z from 'zod/mini';
import { appName, environmentName } from '../names.ts';

const host = z.string().check(z.minLength(1), z.maxLength(253), z.regex(/^[A-Za-z0-9._:-]+$/));
const port = z.number().check(z.int(), z.minimum(1), z.maximum(65_535));
const shortText = z.string().check(z.maxLength(2000));

/** What an HTTP answer must be like. Everything that is left out is not looked at. */
export const httpExpectation = z.object({
  /** `200`, `200-299`, `301,302`. */
  status: z._default(z.string().check(z.regex(/^\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*$/)), '200-399'),
  contains: z.optional(shortText),
  lacks: z.optional(shortText),
  /** `a.b[0].c` in a JSON body, and the text of what must stand there. */
  json: z.optional(z.object({ path: shortText, equals: shortText })),
  withinMs: z.optional(z.number().check(z.minimum(1))),
  /** The certificate must be good for so many days more. */
  certificateDays: z.optional(z.number().check(z.minimum(0), z.maximum(3650))),
  /** Part of the name of who issued the certificate. */
  issuer: z.optional(shortText),
});

export const target = z.discriminatedUnion('kind', [
  /** Made for every environment by itself: its health path, asked of the proxy as a visitor would. */
  z.object({ kind: z.literal('app'), app: appName, environment: environmentName }),
  z.object({
    kind: z.literal('http'),
    url: z.string().check(z.maxLength(2000), z.regex(/^https?:\/\/[^\s/]+/)),
    method: z._default(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']), 'GET'),
    headers: z._default(z.record(z.string(), z.string()), {}),
    body: z.optional(z.string().check(z.maxLength(65_536))),
    user: z.optional(shortText),
    password: z.optional(shortText),
    follow: z._default(z.boolean(), false),
    /** PEM of an authority of one's own that may have issued the certificate. */
    ca: z.optional(z.string().check(z.maxLength(65_536))),
    expect: z._default(httpExpectation, { status: '200-399' }),
  }),
  z.object({
    kind: z.literal('tcp'),
    host,
    port,
    send: z.optional(shortText),
    contains: z.optional(shortText),
  }),
  z.object({
    kind: z.literal('tls'),
    host,
    port,
    days: z._default(z.number(), 14),
    issuer: z.optional(shortText),
    ca: z.optional(z.string().check(z.maxLength(65_536))),
  }),
  z.object({ kind: z.literal('ping'), host }),
  z.object({
    kind: z.literal('dns'),
    name: z.string().check(z.minLength(1), z.maxLength(253)),
    type: z._default(z.enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT', 'SRV', 'CAA']), 'A'),
    /** The resolver that is asked, `address` or `address:port`; the machine's own otherwise. */
    server: z.optional(z.string().check(z.maxLength(60))),
    /** One of the answers must be, or contain, this. */
    contains: z.optional(shortText),
  }),
  z.object({
    kind: z.literal('websocket'),
    url: z.string().check(z.maxLength(2000), z.regex(/^wss?:\/\/[^\s/]+/)),
    send: z.optional(shortText),
    contains: z.optional(shortText),
  }),
  /** Whether a start-up message is answered as by a server that takes connections; nobody logs in. */
  z.object({
    kind: z.literal('postgres'),
    host,
    port: z._default(port, 5432),
    user: z._default(shortText, 'windlass'),
  }),
  z.object({ kind: z.literal('mysql'), host, port: z._default(port, 3306) }),
  z.object({ kind: z.literal('redis'), host, port: z._default(port, 6379), password: z.optional(shortText) }),
  /** Whether as many instances run as there should. */
  z.object({ kind: z.literal('instances'), app: appName, environment: environmentName }),
  /** Something calls `/.windlass/push/<token>` at least once in every interval. */
  z.object({
    kind: z.literal('push'),
    token: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{16,64}$/))),
  }),
  /** A scheduled command of an app, or a Sentry monitor: late, or ended badly. */
  z.object({ kind: z.literal('cron'), app: appName, environment: environmentName, name: shortText }),
]);
export type Target = z.infer<typeof target>;
export type TargetKind = Target['kind'];

export const checkSettings = z.object({
  name: z.string().check(z.minLength(1), z.maxLength(80)),
  target,
  everySeconds: z._default(z.number().check(z.minimum(5), z.maximum(3_024_000)), 60),
  timeoutSeconds: z._default(z.number().check(z.minimum(1), z.maximum(60)), 10),
  /** Bad results in a row before it is down, good ones before it is up again. */
  failures: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(20)), 3),
  successes: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(20)), 2),
  /** While this one is down, nobody is told that the check is. */
  dependsOn: z._default(z.nullable(z.number()), null),
  /** Minutes that people are not told for, until somebody outside sees it down as well; null tells them at once. */
  confirmMinutes: z._default(z.nullable(z.number().check(z.int(), z.minimum(1), z.maximum(60))), null),
  /** Whether it may reach private addresses. */
  allowPrivate: z._default(z.boolean(), false),
  severity: z._default(z.enum(['warning', 'critical']), 'critical'),
  paused: z._default(z.boolean(), false),
});
export type CheckSettings = z.infer<typeof checkSettings>;

export const check = z.object({
  ...checkSettings.shape,
  id: z.number(),
  /** True for those that every app is given. */
  given: z.boolean(),
});
export type Check = z.infer<typeof check>;

export const checkStatus = z.enum(['unknown', 'up', 'down', 'paused', 'maintenance']);
export type CheckStatus = z.infer<typeof checkStatus>;
