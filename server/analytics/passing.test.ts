import { expect, test } from 'bun:test';
import type { PassingAnswer } from '../../shared/analytics/passing.ts';
import { call, room, roomForEach, send, view } from './room.fixture.ts';

roomForEach();

const passing = (path: string, host = 'shop.example') =>
  call<PassingAnswer>('analytics.passing', {
    range: { from: room.now - 1_800_000, to: room.now },
    host,
    path,
  });

test('the_way_of_the_only_visit_that_saw_a_page_is_told_until_then', async () => {
  await send({ body: view('/') });
  room.now += 10_000;
  await send({ body: view('/cart') });
  await send({ body: { n: 'Signup', u: 'https://shop.example/cart' } });
  await send({ body: view('/'), client: '198.51.100.2' });
  expect(await passing('/cart')).toEqual({
    visits: 1,
    pages: [
      { at: room.now - 10_000, path: '/' },
      { at: room.now, path: '/cart' },
    ],
  });
  const then = room.now;
  room.now += 10_000;
  await send({ body: view('/later') });
  room.now = then;
  expect((await passing('/cart')).pages.map(({ path }) => path)).toEqual(['/', '/cart']);
});

test('of_two_visits_no_way_is_told_and_of_another_host_or_time_nothing', async () => {
  await send({ body: view('/cart') });
  await send({ body: view('/cart'), client: '198.51.100.2' });
  expect(await passing('/cart')).toEqual({ visits: 2, pages: [] });
  expect(await passing('/cart', 'other.example')).toEqual({ visits: 0, pages: [] });
  room.now += 3_600_000;
  expect(await passing('/cart')).toEqual({ visits: 0, pages: [] });
});

test('a_site_that_counts_nobody_is_not_asked', async () => {
  expect(await passing('/cart')).toEqual({ visits: 0, pages: [] });
});
