/** The proxy's block of the server contract: hosts, and holding requests back. */

import * as z from 'zod/mini';
import { appName, environmentName } from '../names.ts';
import { call } from '../rpc.ts';
import { route } from './backend.ts';

const environmentRef = { app: appName, environment: environmentName };

export const domain = z.object({
  ...route.shape,
  /** True for the host every environment is given; it cannot be removed. */
  given: z.boolean(),
});
export type Domain = z.infer<typeof domain>;

export const trafficState = z.enum(['flowing', 'paused', 'stopped']);
export type TrafficState = z.infer<typeof trafficState>;

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
} as const;
