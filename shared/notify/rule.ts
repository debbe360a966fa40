/** Rules: which notices go to which channels, when, and what happens while nobody reacts. */

import * as z from 'zod/mini';
import { severity } from './notice.ts';

const clockTime = z
  .string()
  .check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is HH:MM from 00:00 to 23:59'));

export const rule = z.object({
  id: z.number(),
  name: z.string().check(z.minLength(1), z.maxLength(80)),
  /** Channels by id. */
  channels: z.array(z.number()).check(z.maxLength(50)),
  /** Kinds it takes: `check.down`, or all of a feature as `check.*`; empty means all. */
  kinds: z.array(z.string().check(z.regex(/^[a-z-]+\.([a-z-]+|\*)$/))).check(z.maxLength(50)),
  /** Apps it takes; empty means all, and what belongs to no app. */
  apps: z.array(z.string()).check(z.maxLength(200)),
  /** From this on. */
  severity,
  /** Whether the end of what was opened is told, too. */
  recovery: z.boolean(),
  /** Held back from `from` to `to` (local to `timezone`, over midnight where `to` is earlier); critical ones too where `critical`. */
  quiet: z.nullable(
    z.object({ from: clockTime, to: clockTime, timezone: z.string(), critical: z.boolean() }),
  ),
  /** Those that come within so many seconds become one message; 0 sends each at once. */
  groupSeconds: z.number().check(z.minimum(0), z.maximum(3600)),
  /** What is open and neither acknowledged nor resolved after so many minutes goes to these channels as well. */
  escalation: z.nullable(
    z.object({
      afterMinutes: z.number().check(z.minimum(1), z.maximum(1440)),
      channels: z.array(z.number()).check(z.minLength(1), z.maxLength(50)),
    }),
  ),
});
export type Rule = z.infer<typeof rule>;

/** What holds while there is no rule: everything that hurts or will hurt, to every channel, at once. */
export const usualRule: Omit<Rule, 'id' | 'channels'> = {
  name: 'everything that matters',
  kinds: [],
  apps: [],
  severity: 'warning',
  recovery: true,
  quiet: null,
  groupSeconds: 0,
  escalation: null,
};
