/** What is malformed, huge, forged or sent again: refused or harmless. */

import { expect, test } from 'bun:test';
import { ask, by, dayMs, room, roomForEach, send, total, view } from './room.fixture.ts';

roomForEach();

test('events_for_another_site_are_refused_wherever_they_say_they_come_from', async () => {
  await send({ body: { n: 'pageview', u: 'https://other.example/' } });
  await send({ body: view('/'), headers: { origin: 'https://other.example' } });
  await send({ body: { ...view('/'), d: 'other.example' } });
  expect(await total()).toEqual([1, 1, 1, 1]);
});

test('a_forwarded_address_in_a_header_is_not_believed', async () => {
  await send({ body: view('/'), headers: { 'x-forwarded-for': '203.0.113.1' } });
  await send({
    body: view('/'),
    headers: { 'x-forwarded-for': '203.0.113.2', 'cf-connecting-ip': '203.0.113.3' },
  });
  expect(await total()).toEqual([1, 1, 2, 2]);
});

test('what_is_no_event_is_refused_and_harms_nothing', async () => {
  for (const body of [
    '',
    '{',
    '[]',
    'null',
    '{"n":"pageview"}',
    '{"n":1,"u":2}',
    { n: 'x', u: 'data:text/html,hi' },
    { n: '', u: 'https://shop.example/' },
  ]) {
    expect((await send({ body })).status).toBe(400);
  }
  expect((await send({ method: 'GET' })).status).toBe(405);
  expect(await total()).toEqual([0, 0, 0, 0]);
});

test('a_time_that_a_browser_tells_is_not_believed', async () => {
  await send({ body: { ...view('/'), timestamp: room.now + 365 * dayMs, at: 1 } });
  await send({
    endpoint: 'api/send',
    body: {
      type: 'event',
      payload: { website: crypto.randomUUID(), hostname: 'shop.example', url: '/', timestamp: 1 },
    },
  });
  expect(await total({ range: { from: room.now - 1000, to: room.now + 1000 } })).toEqual([1, 1, 2, 2]);
});

test('a_request_that_is_sent_again_and_again_is_one_visitor_and_a_bounded_number_of_views', async () => {
  await Promise.all(Array.from({ length: 500 }, () => send({ body: view('/') })));
  const [visitors, visits, views] = await total();
  expect([visitors, visits, views]).toEqual([1, 1, 120]);
});

test('properties_beyond_their_bounds_are_cut_and_nothing_of_them_is_markup_or_a_line', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [`key${index}`, 'x'.repeat(3000)]),
  );
  await send({ body: { n: 'Big', u: 'https://shop.example/', p: { ...many } } });
  await send({
    body: {
      n: '<img src=x onerror=alert(1)>',
      u: 'https://shop.example/a\nb',
      p: { a: 'one\ntwo', nested: { b: 1 } },
    },
  });
  const big = await ask({ dimensions: ['prop:key1'], metrics: ['events'] });
  expect(big.rows[0]?.keys[0]).toHaveLength(2000);
  expect((await ask({ dimensions: ['prop:key49'], metrics: ['events'] })).rows).toEqual([]);
  expect(await by('prop:a')).toEqual({ 'one two': 1 });
  expect(await by('prop:nested')).toEqual({});
  expect(Object.keys(await by('goal'))).toContain('<img src=x onerror=alert(1)>');
});

test('sales_are_added_up_in_their_currency_and_a_wrong_one_loses_only_itself', async () => {
  const sale = (revenue: unknown) => ({ n: 'Purchase', u: 'https://shop.example/', $: revenue });
  await send({ body: sale({ amount: 19.99, currency: 'EUR' }) });
  await send({ body: sale({ amount: '5.01', currency: 'EUR' }) });
  await send({ body: sale({ amount: 1e300, currency: 'EUR' }) });
  await send({ body: sale({ amount: 3, currency: 'euro' }) });
  const { rows } = await ask({ dimensions: ['currency'], metrics: ['revenue', 'events'] });
  expect(rows).toEqual([{ keys: ['EUR'], values: [25, 2] }]);
  expect(await by('goal')).toEqual({ Purchase: 4 });
});

test('a_body_of_a_megabyte_is_more_than_any_address_takes', () => {
  for (const { maxBody } of room.feature.endpoints ?? []) expect(maxBody).toBeLessThanOrEqual(65_536);
});
