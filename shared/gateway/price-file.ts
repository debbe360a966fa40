/** A table of prices as a file: what is bundled, and what an owner may put in its place. */

import * as z from 'zod/mini';

/** Microdollars for a million tokens. */
const rate = z.number().check(z.int(), z.minimum(0), z.maximum(1_000_000_000_000));
/** Input, cache read, cache write, output. */
const rates = z.array(rate).check(z.length(4));

export const priceFile = z.object({
  /** Each call keeps it beside its price. */
  version: z.string().check(z.minLength(1), z.maxLength(60)),
  /** By kind of provider. Kinds we do not know are passed over. */
  providers: z.record(
    z.string().check(z.maxLength(40)),
    z
      .array(
        z.object({
          /** Of one model; `*` for anything. */
          names: z
            .array(z.string().check(z.minLength(1), z.maxLength(200)))
            .check(z.minLength(1), z.maxLength(50)),
          /** By day, rising; the last that has begun holds. */
          prices: z
            .array(
              z.object({
                rates,
                /** The first is the tokens of input above which the other four hold. */
                tiers: z.optional(z.array(z.array(rate).check(z.length(5))).check(z.maxLength(10))),
                /** A day, `2026-01-31`. */
                from: z.optional(z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/))),
              }),
            )
            .check(z.minLength(1), z.maxLength(50)),
        }),
      )
      .check(z.maxLength(5000)),
  ),
});
export type PriceFile = z.infer<typeof priceFile>;
