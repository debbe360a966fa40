/** One file, two libraries: SQLite within the server and SQLite in WebAssembly have to give the same figures. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import initSqlJs, { type SqlJsStatic } from 'sql.js';
import { answerQuestion, type OpenPartitions } from '../../shared/analytics/answer-question.ts';
import { buildPartition } from '../../shared/analytics/build-partition.ts';
import { answerFunnel } from '../../shared/analytics/funnel.ts';
import { crowd, randomFrom } from '../../shared/analytics/generate-hits.ts';
import { answerJourneys } from '../../shared/analytics/journeys.ts';
import { readPartition } from '../../shared/analytics/partition-tables.ts';
import { dimensionNames, intervals, metricNames, question } from '../../shared/analytics/query.ts';
import { answerRetention } from '../../shared/analytics/retention.ts';
import { answerVitals } from '../../shared/analytics/vitals.ts';
import { openPartition, writePartition } from './partition-file.ts';

const dayMs = 86_400_000;
const first = Date.UTC(2026, 9, 23);
const days = [0, 1, 2].map((index) => first + index * dayMs);
let folder: string;
let sql: SqlJsStatic;

beforeAll(async () => {
  sql = await initSqlJs();
  folder = mkdtempSync(join(tmpdir(), 'windlass-copy-'));
  for (const [index, day] of days.entries()) {
    writePartition(
      join(folder, String(day)),
      buildPartition(day, [...crowd({ seed: index + 1, day, visitors: 2000, pages: 40 })]),
      0,
    );
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const onServer: OpenPartitions = function* () {
  for (const day of days) {
    const open = openPartition(join(folder, String(day)));
    yield open.partition;
    open.close();
  }
};

const onDesktop: OpenPartitions = function* () {
  for (const day of days) {
    const db = new sql.Database(readFileSync(join(folder, String(day))));
    yield readPartition((text, param) => {
      const statement = db.prepare(text, [param]);
      try {
        return statement.step() ? statement.get() : null;
      } finally {
        statement.free();
      }
    });
    db.close();
  }
};

test('random_questions_have_the_same_answer_on_a_server_and_from_a_copy', () => {
  const random = randomFrom(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let rows = 0;
  for (let turn = 0; turn < 60; turn++) {
    const from = first + Math.floor(random() * 2 * dayMs);
    const asked = question.parse({
      range: { from, to: from + 1 + Math.floor(random() * 2 * dayMs) },
      zone: pick(['UTC', 'Europe/Berlin', 'Asia/Kolkata']),
      interval: pick(intervals.slice(1)),
      metrics: [...metricNames],
      dimensions: random() < 0.3 ? [] : [pick([...dimensionNames, 'time', 'prop:plan'])],
      filters: random() < 0.5 ? [] : [{ dimension: 'country', op: pick(['is', 'is-not']), values: ['DE'] }],
    });
    const here = answerQuestion(onServer, asked);
    expect(answerQuestion(onDesktop, asked)).toEqual(here);
    rows += here.rowCount;
  }
  expect(rows).toBeGreaterThan(200);
}, 30_000);

test('funnels_journeys_retention_and_vitals_are_the_same_too', () => {
  const range = { from: first, to: first + 4 * dayMs };
  const funnel = {
    range,
    filters: [],
    steps: [
      { kind: 'page' as const, path: '/page-1*' },
      { kind: 'goal' as const, name: 'Signup' },
    ],
    strict: false,
    within: dayMs,
  };
  expect(answerFunnel(onDesktop, funnel)).toEqual(answerFunnel(onServer, funnel));
  expect(answerFunnel(onServer, funnel).steps[1]).toBeGreaterThan(0);
  const journeys = { range, filters: [], length: 3, limit: 50 };
  expect(answerJourneys(onDesktop, journeys)).toEqual(answerJourneys(onServer, journeys));
  for (const property of [undefined, 'plan']) {
    const retention = { range, zone: 'Europe/Berlin', filters: [], interval: 'day' as const, property };
    const { cohorts } = answerRetention(onServer, retention);
    expect(answerRetention(onDesktop, retention)).toEqual({ cohorts });
    expect(cohorts[0]?.returned[0]).toBeGreaterThan(0);
  }
  const vitals = { range, filters: [], by: 'page' as const, limit: 50 };
  expect(answerVitals(onDesktop, vitals)).toEqual(answerVitals(onServer, vitals));
  expect(answerVitals(onServer, vitals).total.lcp?.count).toBeGreaterThan(100);
});
