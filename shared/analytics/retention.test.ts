import { expect, test } from 'bun:test';
import type { OpenPartitions } from './answer-question.ts';
import { buildPartition } from './build-partition.ts';
import { intervalStart } from './calendar.ts';
import { crowd } from './generate-hits.ts';
import type { Hit } from './hit.ts';
import { partitionOf } from './partition.ts';
import { refVisits } from './reference.ts';
import { answerRetention, retentionQuestion, returnHours } from './retention.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const zone = 'Europe/Berlin';
const firstDay = Date.UTC(2026, 9, 19);
const days = Array.from({ length: 16 }, (_, index) => firstDay + index * dayMs);
/** Every third visitor is signed in, as one of 400 people who come on several days. */
const byDay = days.map((day, index) =>
  [...crowd({ seed: index + 1, day, visitors: 300, pages: 20 })].map((hit): Hit => {
    const number = Number.parseInt(hit.visitor.slice(-6), 16);
    const user = `u${(number * (index + 1)) % 401}`;
    return number % 3 === 0 ? { ...hit, props: JSON.stringify({ user }) } : hit;
  }),
);
const partitions = byDay.map((hits, index) => partitionOf(buildPartition(days[index] ?? 0, hits)));
const open: OpenPartitions = ({ from, to }) =>
  partitions.filter(({ day, last }) => day < to && day + last >= from);
const visits = byDay.flatMap(refVisits);
const range = { from: firstDay, to: firstDay + 17 * dayMs };
const ask = (given: object) => answerRetention(open, retentionQuestion.parse({ range, zone, ...given }));

for (const interval of ['day', 'week'] as const) {
  test(`people_a_site_names_come_back_by_${interval}_as_sets_of_them_say`, () => {
    const there = new Map<string, Set<number>>();
    for (const { events } of visits) {
      for (const { hit } of events) {
        const { user } = JSON.parse(hit.props || '{}');
        if (user === undefined) continue;
        there.set(user, (there.get(user) ?? new Set()).add(intervalStart(hit.at, interval, zone)));
      }
    }
    const { cohorts } = ask({ interval, property: 'user' });
    const starts = [...new Set([...there.values()].flatMap((set) => [...set]))].sort((a, b) => a - b);
    const firstOf = (set: Set<number>) => Math.min(...set);
    for (const { start, people, returned } of cohorts) {
      const mine = [...there.values()].filter((set) => firstOf(set) === start);
      expect(people).toBe(mine.length);
      const after = starts.filter((each) => each > start);
      expect(returned.slice(0, after.length)).toEqual(
        after.map((each) => mine.filter((set) => set.has(each)).length),
      );
    }
    expect(cohorts.reduce((sum, { people }) => sum + people, 0)).toBe(there.size);
    expect(cohorts[0]?.returned[0]).toBeGreaterThan(0);
  });
}

test('visitors_come_back_within_hours_of_the_same_day_and_never_on_another', () => {
  const { cohorts } = ask({ interval: 'day' });
  const wanted = new Map<number, number[]>();
  for (const [index] of days.entries()) {
    const mine = Map.groupBy(refVisits(byDay[index] ?? []), ({ visitor }) => visitor);
    for (const each of mine.values()) {
      const [came = 0, again] = each.map(({ events }) => events[0]?.hit.at ?? 0).sort((a, b) => a - b);
      const start = intervalStart(came, 'day', zone);
      const row = wanted.get(start) ?? [0, ...returnHours.map(() => 0)];
      wanted.set(start, row);
      row[0] = (row[0] ?? 0) + 1;
      if (again === undefined) continue;
      for (const [at, hours] of returnHours.entries()) {
        if (hours === 24 || again - came <= hours * hourMs) row[at + 1] = (row[at + 1] ?? 0) + 1;
      }
    }
  }
  expect(cohorts.map(({ start, people, returned }) => [start, people, ...returned])).toEqual(
    [...wanted].sort(([a], [b]) => a - b).map(([start, row]) => [start, ...row]),
  );
  expect(cohorts[0]?.returned.at(-1)).toBeGreaterThan(0);
});

test('a_filter_chooses_whose_return_is_counted', () => {
  const filters = [{ dimension: 'country', op: 'is', values: ['DE'] }];
  const people = (given: object) => ask(given).cohorts.reduce((sum, cohort) => sum + cohort.people, 0);
  expect(people({ filters })).toBeGreaterThan(0);
  expect(people({ filters })).toBeLessThan(people({}));
  expect(people({ filters, property: 'user' })).toBeLessThan(people({ property: 'user' }));
});

test('nobody_is_named_where_the_site_names_nobody', () => {
  expect(ask({ property: 'account' })).toEqual({ cohorts: [] });
});

test('a_range_of_too_many_intervals_is_refused_with_what_to_do', () => {
  const long = { from: firstDay, to: firstDay + 100 * dayMs };
  expect(() => answerRetention(open, retentionQuestion.parse({ range: long, interval: 'day' }))).toThrow(
    'more than 60',
  );
});
