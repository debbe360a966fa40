import { expect, test } from 'bun:test';
import { answerQuestion, type OpenPartitions } from './answer-question.ts';
import { buildPartition } from './build-partition.ts';
import { answerFunnel } from './funnel.ts';
import { crowd, randomFrom } from './generate-hits.ts';
import type { Hit } from './hit.ts';
import { partitionOf } from './partition.ts';
import { dimensionNames, intervals, metricNames, type Question, question } from './query.ts';
import { refAnswer, refFunnel, refVisits } from './reference.ts';

const dayMs = 86_400_000;
const firstDay = Date.UTC(2026, 9, 23);
const days = [0, 1, 2, 3].map((index) => firstDay + index * dayMs);
/** 50,000 hits over the days on which the clocks of Europe change. */
const hits = days.flatMap((day, index) =>
  shuffled([...crowd({ seed: index + 1, day, visitors: 2600, pages: 60 })], index),
);
const partitions = days.map((day, index) =>
  partitionOf(
    buildPartition(
      day,
      hits.filter((hit) => Number.parseInt(hit.visitor.slice(0, 4), 16) === index + 1),
    ),
  ),
);
const open: OpenPartitions = ({ from, to }) =>
  partitions.filter(({ day, last }) => day < to && day + last >= from);
const visits = refVisits(hits);

function shuffled(list: Hit[], seed: number): Hit[] {
  const random = randomFrom(seed + 77);
  // Arrival is not the order of time; hits of one moment keep theirs, as they would on a connection.
  return list
    .map((hit) => ({ hit, place: hit.at + Math.floor(random() * 5) * 60_000 }))
    .sort((a, b) => a.place - b.place)
    .map(({ hit }) => hit);
}

const ask = (given: Partial<Record<keyof Question, unknown>>): Question =>
  question.parse({
    range: { from: firstDay, to: firstDay + 5 * dayMs },
    metrics: [...metricNames],
    ...given,
  });

function expectSame(asked: Question): void {
  const got = answerQuestion(open, asked);
  const wanted = refAnswer(visits, asked);
  expect(rounded(got)).toEqual(rounded(wanted));
}

/** Sums of fractions differ in their last digits by the order they were added in. */
function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, part) =>
    typeof part === 'number' ? Number(part.toPrecision(12)) : part,
  );
}

test('there_is_enough_to_compare_and_some_of_it_crosses_midnight', () => {
  expect(hits.length).toBeGreaterThan(30_000);
  expect(partitions.some(({ last }) => last > dayMs)).toBe(true);
});

test('the_whole_agrees_with_the_plain_reference', () => expectSame(ask({})));

for (const dimension of [...dimensionNames, 'time', 'prop:plan', 'prop:missing']) {
  test(`figures_by_${dimension}_agree_with_the_plain_reference`, () => {
    expectSame(ask({ dimensions: [dimension], limit: 1000 }));
  });
}

test('random_questions_agree_with_the_plain_reference', () => {
  const random = randomFrom(2026);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const words: Record<string, string[]> = {
    page: ['/page-0', '/page-1', 'page-2'],
    goal: ['Signup', 'Purchase'],
    country: ['DE', 'US', ''],
    release: ['1', '2'],
    source: ['Google', ''],
    browser: ['Chrome', 'saf'],
    entry_page: ['/page-0', '3'],
    'prop:plan': ['team', 'free'],
    currency: ['EUR'],
  };
  for (let turn = 0; turn < 60; turn++) {
    const from = firstDay + Math.floor(random() * 4 * dayMs);
    const filters = Array.from({ length: Math.floor(random() * 3) }, () => {
      const dimension = pick(Object.keys(words));
      return {
        dimension,
        op: pick(['is', 'is-not', 'contains', 'contains-not']),
        values: [pick(words[dimension] ?? [])],
      };
    });
    const dimensions = [
      pick([...dimensionNames, 'time', 'prop:try']),
      pick([...dimensionNames, 'time']),
    ].slice(0, Math.floor(random() * 3));
    expectSame(
      ask({
        range: { from, to: from + 1 + Math.floor(random() * 3 * dayMs) },
        zone: pick(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Los_Angeles']),
        interval: pick(intervals.slice(1)),
        dimensions: new Set(dimensions).size === dimensions.length ? dimensions : [],
        filters,
        limit: 1000,
        metrics: random() < 0.5 ? [...metricNames] : [pick(metricNames)],
      }),
    );
  }
}, 60_000);

for (const strict of [false, true]) {
  for (const within of [86_400_000, 300_000]) {
    test(`funnels_agree_with_trying_every_way_${strict ? 'strictly' : 'loosely'}_within_${within}_ms`, () => {
      const asked = {
        range: { from: firstDay, to: firstDay + 5 * dayMs },
        filters: [],
        steps: [
          { kind: 'page' as const, path: '/page-*' },
          { kind: 'page' as const, path: '/page-1*' },
          { kind: 'goal' as const, name: 'Signup' },
          { kind: 'page' as const, path: '*' },
        ],
        strict,
        within,
      };
      const { steps } = answerFunnel(open, asked);
      expect(steps).toEqual(refFunnel(visits, asked));
      expect(steps[1]).toBeGreaterThan(0);
      expect(steps[3]).toBeLessThan(steps[0] ?? 0);
    });
  }
}

test('a_range_is_compared_interval_by_interval_in_their_order', () => {
  const asked = ask({
    range: { from: days[2], to: days[3] },
    compare: { from: days[1], to: days[2] },
    dimensions: ['time'],
    interval: 'hour',
    metrics: ['pageviews'],
  });
  const { rows, total } = answerQuestion(open, asked);
  const before = answerQuestion(open, {
    ...asked,
    range: { from: days[1] ?? 0, to: days[2] ?? 0 },
    compare: undefined,
  });
  expect(rows.map((row) => row.before)).toEqual(before.rows.map(({ values }) => values));
  expect(total.before).toEqual(before.total.values);
});
