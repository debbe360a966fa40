/** The proxy's block of the server contract: hosts, holding requests back, and rules. */

import * as z from 'zod/mini';
import { appName, environmentName } from '../names.ts';
import { call } from '../rpc.ts';
import { route } from './backend.ts';
import { fileRules, placePath, routeRules } from './rules.ts';

const environmentRef = { app: appName, environment: environmentName };

export const domain = z.object({
  ...route.shape,
  /** True for the host every environment is given; it cannot be removed. */
  given: z.boolean(),
});
export type Domain = z.infer<typeof domain>;

export const trafficState = z.enum(['flowing', 'paused', 'stopped']);
export type TrafficState = z.infer<typeof trafficState>;

/** `file`: of the live release's windlass.json; `set`: by hand, and what counts. `users`: who has a password; '' is anybody. */
export const environmentRules = z.object({
  file: fileRules,
  set: routeRules,
  users: z.array(z.string()),
  /** Who has a password for a part of it alone. A server from before there were such does not say. */
  placeUsers: z.optional(z.array(z.object({ path: z.string(), users: z.array(z.string()) }))),
});
export type EnvironmentRules = z.infer<typeof environmentRules>;

const trustedRanges = z.object({ ranges: z.array(z.string()) });

export const proxyContract = {
  'domains.list': call(z.object(environmentRef), z.object({ domains: z.array(domain) })),
  'domains.add': call(
    z.object({
      ...environmentRef,
      host: z.string(),
      pathPrefix: z._default(z.string(), '/'),
      stripPrefix: z._default(z.boolean(), true),
    }),
    z.object({ domains: z.array(domain) }),
  ),
  'domains.remove': call(
    z.object({ ...environmentRef, host: z.string(), pathPrefix: z._default(z.string(), '/') }),
    z.object({ domains: z.array(domain) }),
  ),
  /** Holds new requests until `traffic.resume` or `maxPause` seconds (then 504). Nothing in flight is touched. */
  'traffic.pause': call(
    z.object({
      ...environmentRef,
      maxPause: z._default(z.number().check(z.positive(), z.maximum(3600)), 30),
    }),
    z.object({ state: trafficState }),
  ),
  'traffic.resume': call(z.object(environmentRef), z.object({ state: trafficState })),
  'rules.get': call(z.object(environmentRef), environmentRules),
  /** Sets the keys of `rules`, after those of `clear` were taken out. Counts at once, and after a restart. */
  'rules.set': call(
    z.object({
      ...environmentRef,
      rules: z._default(routeRules, {}),
      clear: z._default(z.array(z.string()).check(z.maxLength(50)), []),
    }),
    environmentRules,
  ),
  /** Gives a user a password, or takes it away (null). Without any password the environment, or that part of it, is open. */
  'rules.password': call(
    z.object({
      ...environmentRef,
      /** Absent for the whole environment. */
      path: z.optional(placePath),
      user: z._default(z.string().check(z.maxLength(100), z.regex(/^[^:\p{Cc}]*$/u)), ''),
      password: z.nullable(z.string().check(z.minLength(1), z.maxLength(200))),
    }),
    environmentRules,
  ),
  /** Proxies in front of this server, whose word on visitors' addresses is believed. */
  'trusted.list': call(z.object({}), trustedRanges),
  /** Replaces them all. `cloudflare` stands for that company's ranges, `private` for those of private networks. */
  'trusted.set': call(
    z.object({ ranges: z.array(z.string().check(z.maxLength(50))).check(z.maxLength(200)) }),
    trustedRanges,
  ),
} as const;
