/** The copy of a site's visits on this computer, in the host contract: brought up to date, listed, read. */

import * as z from 'zod/mini';
import { siteAddress } from '../analytics/contract.ts';
import { call, stream } from '../rpc.ts';
import { serverId } from './address.ts';

const site = { id: serverId, ...siteAddress };

export const copyState = z.object({
  /** ms since the epoch; null where there is none. */
  syncedAt: z.nullable(z.number()),
  /** The oldest first. `bytes` of the file, not encrypted. */
  days: z.array(z.object({ day: z.number(), version: z.string(), bytes: z.number() })),
});
export type CopyState = z.infer<typeof copyState>;

export const copyContract = {
  'copy.held': call(z.object(site), copyState),
  /** Fetches the days that are new or have changed, the newest first, and tells of each. Goes on where it was cut off. */
  'copy.sync': stream(z.object(site), z.object({ day: z.number(), bytes: z.number() }), copyState),
  /** A day as an SQLite file, in pieces of base64. */
  'copy.read': stream(z.object({ ...site, day: z.number() }), z.object({ piece: z.string() }), z.object({})),
} as const;
