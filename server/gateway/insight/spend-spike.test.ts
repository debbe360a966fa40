import { Database } from 'bun:sqlite';
import { expect, test } from 'bun:test';
import { prepare } from '../ledger/schema.ts';
import { createSpikeWatch, findSpikes, type HourlySpend, spikeNotice } from './spend-spike.ts';

const dollar = 1_000_000_000;
const hour = 500_000;
const of = (app: string, ...costs: readonly [ago: number, dollars: number][]): HourlySpend[] =>
  costs.map(([ago, dollars]) => ({ app, hour: hour - ago, cost: dollars * dollar }));

test('four_times_the_dearest_hour_of_the_week_is_a_spike_and_less_is_none', () => {
  const week = of('shop', [100, 0.2], [30, 0.5], [25, 0.1]);
  expect(findSpikes([...week, ...of('shop', [0, 1.99])], hour)).toEqual([]);
  expect(findSpikes([...week, ...of('shop', [0, 2])], hour)).toEqual([
    { app: 'shop', hour, spent: 2 * dollar, usual: 0.5 * dollar },
  ]);
});

test('a_nightly_job_is_usual', () => {
  expect(findSpikes(of('shop', [48, 9], [24, 10], [1, 0.01], [0, 11]), hour)).toEqual([]);
});

test('cents_wake_nobody_and_an_app_of_today_has_nothing_usual', () => {
  expect(findSpikes(of('shop', [30, 0.001], [0, 0.99]), hour)).toEqual([]);
  expect(findSpikes(of('shop', [23, 0.001], [0, 50]), hour)).toEqual([]);
});

test('a_spike_is_told_once_while_it_lasts_and_again_when_it_comes_back', () => {
  const db = new Database(':memory:');
  prepare(db);
  const spend = (at: number, dollars: number) =>
    db.run(
      `INSERT INTO usage_hours (hour, app, environment, release, key, model, provider, served, cost)
       VALUES (?, 'shop', 'production', 1, 1, 'gpt-5', 'openai', 'gpt-5', ?)`,
      [at, dollars * dollar],
    );
  const at = (given: number) => given * 3_600_000 + 60_000;
  const look = createSpikeWatch(db);
  spend(hour - 30, 0.1);
  spend(hour, 2);
  expect(look(at(hour))).toEqual([{ app: 'shop', hour, spent: 2 * dollar, usual: 0.1 * dollar }]);
  expect(look(at(hour))).toEqual([]);
  spend(hour + 1, 9);
  expect(look(at(hour + 1))).toEqual([]);
  spend(hour + 9, 40);
  expect(look(at(hour + 9)).map(({ spent }) => spent)).toEqual([40 * dollar]);
});

test('what_is_told_names_the_app_the_sums_and_what_to_do', () => {
  const notice = spikeNotice({ app: 'shop', hour, spent: 2 * dollar, usual: dollar / 2 }, 7);
  expect(notice).toMatchObject({ kind: 'spend.spike', severity: 'warning', app: 'shop', at: 7 });
  expect(notice.text).toContain('$2.00 in this hour');
  expect(notice.text).toContain('--app shop');
});
