/** The notification feature's block of the server contract: channels, rules, what was told and what became of it. */

import * as z from 'zod/mini';
import { call, nothing, stream } from '../rpc.ts';
import { channelKinds } from './channel-kinds.ts';
import { notice } from './notice.ts';
import { rule } from './rule.ts';

export const channelKind = z.enum(channelKinds.map((each) => each.kind));

export const channel = z.object({
  id: z.number(),
  name: z.string(),
  kind: channelKind,
  enabled: z.boolean(),
  /** Secret ones are left out. */
  settings: z.record(z.string(), z.string()),
  /** Deliveries that wait, and since when its other side fails; null while it does not. */
  waiting: z.number(),
  failingSince: z.nullable(z.number()),
  lastAnswer: z.nullable(z.string()),
});
export type Channel = z.infer<typeof channel>;

export const deliveryState = z.enum(['waiting', 'sent', 'refused', 'given-up', 'not-needed']);

export const delivery = z.object({
  id: z.number(),
  notice,
  channel: z.string(),
  state: deliveryState,
  attempts: z.number(),
  /** ms since the epoch; when it is tried next, or when it ended. */
  at: z.number(),
  /** What the other side said last, cut and without secrets. */
  answer: z.nullable(z.string()),
});
export type Delivery = z.infer<typeof delivery>;

const newChannel = z.object({
  name: z.string().check(z.minLength(1), z.maxLength(80)),
  kind: channelKind,
  settings: z.record(z.string(), z.string()),
});

export const notifyContract = {
  'notify.channels': call(nothing, z.object({ channels: z.array(channel) })),
  /** A webhook without a secret gets one; it is answered this once. */
  'notify.addChannel': call(newChannel, z.object({ channel, secret: z.nullable(z.string()) })),
  /** Settings that are left out stay as they are. */
  'notify.setChannel': call(
    z.object({
      id: z.number(),
      name: z.optional(z.string().check(z.minLength(1), z.maxLength(80))),
      enabled: z.optional(z.boolean()),
      settings: z.optional(z.record(z.string(), z.string())),
    }),
    z.object({ channel }),
  ),
  'notify.removeChannel': call(z.object({ id: z.number() }), nothing),
  /** Sends a test at once, past rules and queue; answers what the other side said. */
  'notify.test': call(z.object({ id: z.number() }), z.object({ sent: z.boolean(), answer: z.string() })),
  'notify.rules': call(nothing, z.object({ rules: z.array(rule) })),
  /** With id 0 a new one. */
  'notify.setRule': call(z.object({ rule }), z.object({ rule })),
  'notify.removeRule': call(z.object({ id: z.number() }), nothing),
  /** The newest first. */
  'notify.deliveries': call(
    z.object({ limit: z._default(z.number().check(z.minimum(1), z.maximum(1000)), 50) }),
    z.object({ deliveries: z.array(delivery) }),
  ),
  'notify.notices': call(
    z.object({ limit: z._default(z.number().check(z.minimum(1), z.maximum(1000)), 50) }),
    z.object({ notices: z.array(notice) }),
  ),
  /** Every notice from now on, for the desktop's own notifications. */
  'notify.follow': stream(nothing, notice, nothing),
} as const;
