/** What the data folder holds, in the server contract. Sizes in bytes of whole disk blocks. */

import * as z from 'zod/mini';
import { call, nothing } from '../rpc.ts';

export const diskHolding = z.object({
  /** `releases`, `build cache`, `logs`, ... */
  kind: z.string(),
  /** Null for what belongs to no single app. */
  app: z.nullable(z.string()),
  bytes: z.number(),
  files: z.number(),
  /** Of these, what the next sweep removes: past its age, or over the budget. */
  freeable: z.number(),
  /** Null for what is never removed by itself. `bytes` holds for each app, or for all of the kind where `app` is null. */
  budget: z.nullable(z.object({ bytes: z.number(), days: z.number() })),
});
export type DiskHolding = z.infer<typeof diskHolding>;

export const diskContract = {
  'disk.report': call(
    nothing,
    z.object({
      folder: z.string(),
      /** All of the data folder; the sum of the holdings. */
      bytes: z.number(),
      free: z.number(),
      /** Below this nothing is built. */
      floor: z.number(),
      holdings: z.array(diskHolding),
    }),
  ),
  /** Removes now what the next sweep would. */
  'disk.sweep': call(nothing, z.object({ removed: z.number(), freed: z.number() })),
} as const;
