/** What stays of a day once its single visits are gone, and what was counted elsewhere. */

import { expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SiteStatus } from '../../shared/analytics/contract.ts';
import { ask, call, dayMs, noon, room, roomForEach, send, view } from './room.fixture.ts';

roomForEach();

const range = { from: noon - 3 * dayMs, to: noon + 30 * dayMs };
const metrics = ['visitors', 'visits', 'pageviews', 'events', 'bounce_rate', 'visit_duration'];
const questions = [
  { range, metrics },
  { range, metrics, dimensions: ['page'] },
  { range, metrics, dimensions: ['channel'] },
  { range, metrics, dimensions: ['time'], interval: 'day', zone: 'Europe/Berlin' },
];

async function tidied(day: string): Promise<void> {
  await room.feature.start?.();
  const path = join(room.root, 'analytics/shop.production', `${day}.db`);
  const deadline = performance.now() + 10_000;
  while (existsSync(path) && performance.now() < deadline) await Bun.sleep(5);
  expect(existsSync(path)).toBe(false);
}

test('a_day_past_its_time_answers_with_the_same_sums_and_no_longer_with_visits', async () => {
  await send({ body: view('/?utm_source=newsletter&utm_medium=email') });
  await send({ body: view('/'), client: '198.51.100.2' });
  room.now += 60_000;
  await send({ body: view('/buy') });
  await call('analytics.configure', { settings: { keepDays: 5 } });
  const before = [];
  for (const question of questions) before.push(await ask(question));
  expect(before[0]?.total.values).toEqual([2, 2, 3, 3, 0.5, 30_000]);
  room.now += 8 * dayMs;
  await tidied('20261024');
  for (const [index, question] of questions.entries())
    expect(await ask(question)).toEqual(before[index] as never);
  // Sums of one dimension say nothing of two, nor of part of the visits.
  const filters = [{ dimension: 'page', op: 'is', values: ['/'] }];
  expect((await ask({ range, metrics: ['visitors'], filters })).total.values).toEqual([0]);
  expect((await call<SiteStatus>('analytics.status', {})).sumDays).toBe(1);
});

test('an_import_fills_days_without_own_visits_and_can_be_repeated', async () => {
  await send({ body: view('/') });
  const take = (text: string) => {
    const handler = Reflect.get(room.feature.handlers, 'analytics.import') as (
      site: object,
      context: object,
    ) => Promise<object>;
    const site = { app: 'shop', environment: 'production', counted: 'script' };
    return handler(site, { body: new Blob([text]).stream(), signal: new AbortController().signal });
  };
  const table =
    'date,visitors,pageviews,bounces,visits,visit_duration\n2026-10-22,10,30,4,12,600\n2026-10-24,99,99,9,99,9\n';
  expect(await take(table)).toEqual({ days: 1, sums: 1, known: 1 });
  expect(await take(table)).toEqual({ days: 1, sums: 1, known: 1 });
  const pages = 'date,page,visitors,visits,pageviews\n2026-10-22,/old,10,12,30\n2026-10-22,=cmd|x,1,1,1\n';
  await take(pages);
  expect((await ask({ range, metrics: ['visitors', 'pageviews'] })).total.values).toEqual([11, 31]);
  const { rows } = await ask({ range, metrics: ['pageviews'], dimensions: ['page'] });
  expect(rows.map(({ keys }) => keys[0])).toEqual(['/old', '/', '=cmd|x']);
  // Not `rejects`: it holds up the messages of Workers while it waits.
  const refused = await take('a,b\n1,2\n').catch((error: Error) => error.message);
  expect(refused).toContain('no export of Plausible');
});
