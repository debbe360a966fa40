/** One sum of a day that is kept by its sums alone. */

import type { PlainDimension } from './query.ts';

export interface RollupRow {
  /** A whole UTC day, ms since the epoch. */
  readonly day: number;
  /** Empty: the day as a whole. */
  readonly dimension: PlainDimension | '';
  readonly key: string;
  readonly visitors: number;
  readonly visits: number;
  readonly views: number;
  readonly events: number;
  readonly bounces: number;
  /** ms over all visits. */
  readonly duration: number;
  readonly viewsOfVisits: number;
}
