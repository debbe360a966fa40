/**
 * Who came back. A visitor is another one every day (UTC) by design, so of visitors only a return on the same day can be
 * known; over days, only people whom the site itself names in a property of its events, such as `user`. Pure.
 */

import * as z from 'zod/mini';
import { WindlassError } from '../errors.ts';
import type { OpenPartitions } from './answer-question.ts';
import { intervalStarts } from './calendar.ts';
import { type Masks, masksOf, placeOf, rowPasses, visitPasses } from './filter-mask.ts';
import type { Partition } from './partition.ts';
import { filters, range, zone } from './query.ts';

export const retentionQuestion = z.object({
  range,
  zone: z._default(zone, 'UTC'),
  filters,
  /** Of a cohort; with `property` also of what is counted after it. */
  interval: z._default(z.enum(['day', 'week', 'month']), 'week'),
  /** The custom property that names a person. Left out: visitors, within their day. */
  property: z.optional(z.string().check(z.minLength(1), z.maxLength(300))),
});
export type RetentionQuestion = z.infer<typeof retentionQuestion>;

export const retentionAnswer = z.object({
  /** By when people came first within the range, the earliest first; none without people. */
  cohorts: z.array(
    z.object({
      /** Of its interval, ms since the epoch. */
      start: z.number(),
      people: z.number(),
      /**
       * Of visitors: how many began another visit within `returnHours[i]` of their first; the last: on that day at all.
       * With `property`: how many were there in the interval `i + 1` after that of the cohort.
       */
      returned: z.array(z.number()),
    }),
  ),
});
export type RetentionAnswer = z.infer<typeof retentionAnswer>;

export const returnHours = [1, 3, 6, 12, 24] as const;

const hourMs = 3_600_000;
const mostIntervals = 60;
/** A row of `mostIntervals` bytes is kept for each. */
const mostPeople = 200_000;

/** Throws `invalid` for more than 60 intervals, `limit` for more than 200,000 named people. */
export function answerRetention(open: OpenPartitions, question: RetentionQuestion): RetentionAnswer {
  const { range, interval, zone, filters, property } = question;
  const starts = intervalStarts(range, interval, zone);
  if (starts.length > mostIntervals) {
    throw new WindlassError('invalid', `that range has more than ${mostIntervals} of a ${interval}`, {
      hint: 'Choose a longer interval or a shorter range.',
    });
  }
  const tally = property === undefined ? new DayTally(starts) : new NamedTally(starts, property);
  for (const partition of open(range)) tally.add(partition, masksOf(partition, filters), range);
  return { cohorts: tally.cohorts().filter(({ people }) => people > 0) };
}

type Cohort = RetentionAnswer['cohorts'][number];

class DayTally {
  readonly #cohorts: Cohort[];

  constructor(starts: readonly number[]) {
    this.#cohorts = starts.map((start) => ({ start, people: 0, returned: returnHours.map(() => 0) }));
  }

  add(partition: Partition, masks: Masks, range: RetentionQuestion['range']): void {
    const visitsOf = partition.column('visits');
    const first = partition.column('first');
    const at = partition.column('at');
    for (let visitor = 0; visitor < partition.visitors; visitor++) {
      let came: number | null = null;
      let again: number | null = null;
      const end = visitsOf[visitor + 1] ?? 0;
      for (let visit = visitsOf[visitor] ?? 0; visit < end && again === null; visit++) {
        const begin = first[visit] ?? 0;
        const next = first[visit + 1] ?? 0;
        const started = partition.day + (at[begin] ?? 0);
        if (started < range.from || started >= range.to) continue;
        if (!visitPasses(masks, visit, begin, next) || !anyPasses(masks, begin, next)) continue;
        if (came === null) came = started;
        else again = started;
      }
      if (came !== null) this.#count(came, again);
    }
  }

  cohorts(): Cohort[] {
    return this.#cohorts;
  }

  #count(came: number, again: number | null): void {
    const cohort = this.#cohorts.findLast(({ start }) => start <= came);
    if (cohort === undefined) return;
    cohort.people += 1;
    if (again === null) return;
    for (const [index, hours] of returnHours.entries()) {
      const within = index === returnHours.length - 1 || again - came <= hours * hourMs;
      if (within) cohort.returned[index] = (cohort.returned[index] ?? 0) + 1;
    }
  }
}

class NamedTally {
  readonly #starts: readonly number[];
  readonly #property: string;
  /** Of each person, 1 for every interval it was there in. */
  readonly #people = new Map<string, Uint8Array>();

  constructor(starts: readonly number[], property: string) {
    this.#starts = starts;
    this.#property = property;
  }

  add(partition: Partition, masks: Masks, range: RetentionQuestion['range']): void {
    const first = partition.column('first');
    const at = partition.column('at');
    const props = partition.column('props');
    const { words } = placeOf(partition, `prop:${this.#property}`);
    for (let visit = 0; visit < partition.visits; visit++) {
      const begin = first[visit] ?? 0;
      const next = first[visit + 1] ?? 0;
      if (!visitPasses(masks, visit, begin, next)) continue;
      for (let event = begin; event < next; event++) {
        const name = words[props[event] ?? 0] ?? '';
        const time = partition.day + (at[event] ?? 0);
        if (name === '' || time < range.from || time >= range.to) continue;
        if (rowPasses(masks.events, event)) this.#mark(name, time);
      }
    }
  }

  cohorts(): Cohort[] {
    const cohorts = this.#starts.map((start, index) => ({
      start,
      people: 0,
      returned: Array.from({ length: this.#starts.length - index - 1 }, () => 0),
    }));
    for (const there of this.#people.values()) {
      const from = there.indexOf(1);
      const cohort = cohorts[from];
      if (cohort === undefined) continue;
      cohort.people += 1;
      for (let index = from + 1; index < there.length; index++) {
        const after = index - from - 1;
        cohort.returned[after] = (cohort.returned[after] ?? 0) + (there[index] ?? 0);
      }
    }
    return cohorts;
  }

  #mark(name: string, time: number): void {
    let there = this.#people.get(name);
    if (there === undefined) {
      if (this.#people.size >= mostPeople) {
        throw new WindlassError('limit', `"${this.#property}" names more than ${mostPeople} people`, {
          hint: 'Choose a shorter range or a filter.',
        });
      }
      there = new Uint8Array(this.#starts.length);
      this.#people.set(name, there);
    }
    there[this.#starts.findLastIndex((start) => start <= time)] = 1;
  }
}

function anyPasses({ events }: Masks, begin: number, next: number): boolean {
  for (let event = begin; event < next; event++) if (rowPasses(events, event)) return true;
  return false;
}
