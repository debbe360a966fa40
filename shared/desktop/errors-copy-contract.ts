/** The copy of an app's latest issues on this computer, in the host contract: brought up to date, and read when the server is away. */

import * as z from 'zod/mini';
import { eventDetails, eventHead, issueDetails } from '../errors/contract.ts';
import { appName } from '../names.ts';
import { call } from '../rpc.ts';
import { serverId } from './address.ts';

const app = { id: serverId, app: appName };

export const copiedIssue = z.object({
  details: issueDetails,
  /** Of its latest events; the newest is there whole. */
  events: z.array(eventHead),
});
export type CopiedIssue = z.infer<typeof copiedIssue>;

export const errorsCopyContract = {
  /** Fetches what changed. `issues` is how many are held afterwards. */
  'errorsCopy.sync': call(z.object(app), z.object({ syncedAt: z.number(), issues: z.number() })),
  /** `syncedAt` is null where there is no copy. */
  'errorsCopy.issues': call(
    z.object(app),
    z.object({ syncedAt: z.nullable(z.number()), issues: z.array(copiedIssue) }),
  ),
  /** Rejects with `not-found` where it was not copied. */
  'errorsCopy.event': call(
    z.object({ ...app, event: z.string().check(z.regex(/^[0-9a-f]{32}$/)) }),
    eventDetails,
  ),
} as const;
