/** How the server's machine is, in the server contract: now, and over time. */

import * as z from 'zod/mini';
import { appName, environmentName } from '../names.ts';
import { call, nothing } from '../rpc.ts';

/** What does not change while the machine runs. */
export const machineFacts = z.object({
  cores: z.number(),
  /** Bytes. */
  memory: z.number(),
  swap: z.number(),
  /** Of the file system the data folder is on. */
  disk: z.number(),
  /** ms since the epoch. */
  bootedAt: z.number(),
});
export type MachineFacts = z.infer<typeof machineFacts>;

const rate = z.nullable(z.number());

/** Means over the time since the point before. */
export const vitals = z.object({
  /** Where its span begins, ms since the epoch. */
  at: z.number(),
  /** Share of all cores, 0 to 1. */
  cpu: z.number(),
  /** The busiest minute of the span. */
  cpuPeak: z.number(),
  /** Bytes that programs could not get without taking them from others: all less what is available. */
  memory: z.number(),
  swap: z.number(),
  /** Bytes used of the data folder's file system. */
  disk: z.number(),
  /** Processes that ran or waited, over a minute (proc(5), loadavg). */
  load: z.number(),
  /** Bytes a second over all but virtual interfaces; null where the system does not say. */
  received: rate,
  sent: rate,
  /** Bytes a second from and to whole disks; null where the system does not say. */
  read: rate,
  written: rate,
});
export type Vitals = z.infer<typeof vitals>;

export const appVitals = z.object({
  at: z.number(),
  /** Cores, e.g. 0.25. */
  cpu: z.number(),
  /** Resident bytes of all its processes; what they share counts for each. */
  memory: z.number(),
});
export type AppVitals = z.infer<typeof appVitals>;

/** At most a year back; answered in some 300 points, each the mean of its span. */
const range = { from: z.number(), to: z.number() };

export const vitalsContract = {
  'vitals.now': call(
    nothing,
    z.object({
      facts: machineFacts,
      /** The server's clock, ms since the epoch. */
      clock: z.number(),
      /** Null within the first ten seconds. */
      vitals: z.nullable(vitals),
      /** Of the last minute. */
      apps: z.array(z.extend(appVitals, { app: z.string(), environment: z.string() })),
    }),
  ),
  'vitals.range': call(z.object(range), z.object({ stepMs: z.number(), points: z.array(vitals) })),
  'vitals.app': call(
    z.object({ ...range, app: appName, environment: environmentName }),
    z.object({ stepMs: z.number(), points: z.array(appVitals) }),
  ),
} as const;
