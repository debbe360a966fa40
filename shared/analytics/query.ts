/** What may be asked of the figures, and how they are answered: the same on a server and on a desktop without one. */

import * as z from 'zod/mini';
import { traitNames } from './hit.ts';

export const dimensionNames = [
  'page',
  'host',
  'goal',
  'release',
  'currency',
  'entry_page',
  'exit_page',
  ...traitNames,
] as const;
export type PlainDimension = (typeof dimensionNames)[number];
/** `prop:plan` is the custom property `plan`; `time` the interval of the question. */
export type Dimension = PlainDimension | `prop:${string}` | 'time';

export const metricNames = [
  /** Different people of each day, added up over days; exact. */
  'visitors',
  /** Visits that began within the range. */
  'visits',
  'pageviews',
  /** Page views and custom events. */
  'events',
  /** Share of visits with one view and nothing else done, 0 to 1. */
  'bounce_rate',
  /** Of a visit, from its first to its last sign of life, ms. */
  'visit_duration',
  'views_per_visit',
  /** Of a page view that was measured: ms it was looked at. */
  'time_on_page',
  /** Of a page view that was measured: how far it was scrolled, 0 to 100. */
  'scroll_depth',
  /** In units of its currency; over several currencies it means nothing. */
  'revenue',
] as const;
export type Metric = (typeof metricNames)[number];

export const intervals = ['minute', 'hour', 'day', 'week', 'month'] as const;
export type Interval = (typeof intervals)[number];

const word = z.string().check(z.maxLength(2000));
const dimension = z.string().check(
  z.maxLength(310),
  z.refine((name) => isDimension(name), 'no such dimension'),
);

export const filter = z.object({
  dimension,
  op: z.enum(['is', 'is-not', 'contains', 'contains-not']),
  /** Any of them. Case counts for `is`, not for `contains`. */
  values: z.array(word).check(z.minLength(1), z.maxLength(100)),
});
export type Filter = z.infer<typeof filter>;
export const filters = z._default(z.array(filter).check(z.maxLength(20)), []);

/** ms since the epoch; `to` is not within. At most ten years. */
export const range = z
  .object({
    from: z.number().check(z.int(), z.nonnegative()),
    to: z.number().check(z.int(), z.nonnegative()),
  })
  .check(
    z.refine(
      ({ from, to }) => from < to && to - from <= 3660 * 86_400_000,
      'a range needs an end after its start',
    ),
  );
export type Range = z.infer<typeof range>;

/** IANA name of the time zone whose days count. */
export const zone = z.string().check(
  z.maxLength(64),
  z.refine((name) => isZone(name), 'no such time zone'),
);

export const question = z.object({
  range,
  zone: z._default(zone, 'UTC'),
  metrics: z.array(z.enum(metricNames)).check(z.minLength(1), z.maxLength(metricNames.length)),
  /** None: one row. `time` gives a row for every interval, also for empty ones. */
  dimensions: z._default(z.array(dimension).check(z.maxLength(2)), []),
  interval: z._default(z.enum(intervals), 'day'),
  filters,
  /** The same over another range, row by row. */
  compare: z.optional(range),
  /** By the first metric, largest first; by time where that is the first dimension. */
  limit: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(10_000)), 100),
  offset: z._default(z.number().check(z.int(), z.minimum(0), z.maximum(1_000_000)), 0),
});
export type Question = z.infer<typeof question>;
/** As it may be written, with what is left out filled in by `question.parse`. */
export type QuestionInput = z.input<typeof question>;

const answerRow = z.object({
  /** One for each dimension; a time is ms since the epoch, as text. */
  keys: z.array(z.string()),
  /** One for each metric; null where it is a share of nothing. */
  values: z.array(z.nullable(z.number())),
  /** The same in the range that is compared with. */
  before: z.optional(z.array(z.nullable(z.number()))),
});
export type AnswerRow = z.infer<typeof answerRow>;

export const answer = z.object({
  rows: z.array(answerRow),
  /** Rows there are, those beyond `limit` included. */
  rowCount: z.number(),
  /** Over all rows, not added up from them. */
  total: answerRow,
});
export type Answer = z.infer<typeof answer>;

export function isDimension(name: string): name is Dimension {
  return (
    name === 'time' ||
    dimensionNames.some((each) => each === name) ||
    (name.startsWith('prop:') && name.length > 5)
  );
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
