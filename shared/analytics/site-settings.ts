/** What a person chooses for a site. Apart from the contract, as every page that is served may ask for it. */

import * as z from 'zod/mini';

export const siteSettings = z.object({
  /** Puts the script into every page that is served. */
  inject: z.boolean(),
  /** Also counts pages as they are served; kept apart. */
  served: z.boolean(),
  /** Days that single visits are kept. */
  keepDays: z.number().check(z.int(), z.minimum(1), z.maximum(3660)),
  /** Days that the sums of a day are kept by dimension. */
  keepSumsDays: z.number().check(z.int(), z.minimum(1), z.maximum(3660)),
  /** Paths that are not counted; `*` stands for anything. */
  leftOut: z.array(z.string().check(z.minLength(1), z.maxLength(300))).check(z.maxLength(100)),
});
export type SiteSettings = z.infer<typeof siteSettings>;

export const defaultSettings: SiteSettings = {
  inject: false,
  served: false,
  keepDays: 730,
  keepSumsDays: 3660,
  leftOut: [],
};
