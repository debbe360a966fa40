/** Planned work: when it is, and of which checks. */

import * as z from 'zod/mini';

const clockTime = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/));
export const maintenance = z.object({
  id: z.number(),
  title: z.string().check(z.minLength(1), z.maxLength(120)),
  /** Empty means all. */
  checks: z.array(z.number()).check(z.maxLength(2000)),
  when: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('once'), from: z.number(), to: z.number() }),
    z.object({
      kind: z.literal('weekly'),
      /** 0 is Sunday. */
      days: z.array(z.number().check(z.int(), z.minimum(0), z.maximum(6))).check(z.minLength(1)),
      from: clockTime,
      minutes: z.number().check(z.int(), z.minimum(1), z.maximum(1440)),
      timezone: z.string(),
    }),
  ]),
});
export type Maintenance = z.infer<typeof maintenance>;
