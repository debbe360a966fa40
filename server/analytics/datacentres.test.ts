import { expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SiteStatus } from '../../shared/analytics/contract.ts';
import { randomFrom } from '../../shared/analytics/generate-hits.ts';
import { AddressSet, parseRange } from '../../shared/proxy/address-range.ts';
import { readDatacentres } from './datacentres.ts';
import { call, dropped, room, roomForEach, send, total, view } from './room.fixture.ts';

roomForEach();

const give = (text: string) =>
  call<{ ranges: number }>('analytics.datacentres', {}, { body: new Blob([text]).stream() });

test('random_addresses_are_found_as_trying_every_range_finds_them', () => {
  const random = randomFrom(11);
  const below = (most: number) => Math.floor(random() * most);
  const v4 = () => `10.${below(4)}.${below(256)}.${below(256)}`;
  const v6 = () =>
    `2001:db8:${below(4).toString(16)}:${below(65_536).toString(16)}::${below(65_536).toString(16)}`;
  const list = Array.from({ length: 400 }, (_, index) =>
    index % 2 === 0 ? `${v4()}/${18 + below(15)}` : `${v6()}/${40 + below(89)}`,
  );
  const fast = readDatacentres(list.join('\n'));
  const plain = new AddressSet(list.flatMap((text) => parseRange(text) ?? []));
  let found = 0;
  for (let turn = 0; turn < 4000; turn++) {
    const address = turn % 2 === 0 ? v4() : v6();
    expect([address, fast.has(address)]).toEqual([address, plain.has(address)]);
    if (fast.has(address)) found += 1;
  }
  expect(found).toBeGreaterThan(200);
  expect(found).toBeLessThan(3800);
});

test('first_and_last_addresses_of_a_range_are_in_it_and_their_neighbours_are_not', () => {
  const list = readDatacentres('# a cloud\r\n203.0.113.64/26,AWS\r\n\n2001:db8::/32 somewhere\n');
  expect(list.ranges).toBe(2);
  for (const address of ['203.0.113.64', '203.0.113.127', '::ffff:203.0.113.70', '2001:db8:ffff::1'])
    expect([address, list.has(address)]).toEqual([address, true]);
  for (const address of ['203.0.113.63', '203.0.113.128', '2001:db7::1', '2001:db9::', '', 'localhost'])
    expect([address, list.has(address)]).toEqual([address, false]);
});

test('what_comes_from_a_datacentre_is_counted_apart_from_the_moment_a_list_is_given', async () => {
  await send({ body: view('/'), client: '203.0.113.5' });
  expect(await give('203.0.113.0/24\n')).toEqual({ ranges: 1 });
  await send({ body: view('/'), client: '203.0.113.6' });
  await send({ body: view('/'), client: '198.51.100.7' });
  await room.stop();
  await room.start();
  await send({ body: view('/'), client: '203.0.113.6' });
  expect(await total()).toEqual([2, 2, 2, 2]);
  await room.stop();
  await room.start();
  expect((await dropped()).datacentre).toBe(2);
  expect(await call<SiteStatus>('analytics.status', {})).toMatchObject({ datacentres: true });
  expect(await give('')).toEqual({ ranges: 0 });
  expect(await call<SiteStatus>('analytics.status', {})).toMatchObject({ datacentres: false });
  room.now += 60_000;
  await send({ body: view('/'), client: '203.0.113.6' });
  expect(await total()).toEqual([3, 3, 3, 3]);
});

test('a_list_with_a_wrong_line_is_refused_by_its_number_and_the_one_before_it_stays', async () => {
  await give('203.0.113.0/24\n');
  for (const wrong of ['198.51.100.0/33', '1.2.3', '<html>', '10.0.0.0/8/8'])
    await expect(give(`# list\n198.51.100.0/24\n${wrong}\n`)).rejects.toThrow('line 3');
  expect(readdirSync(join(room.root, 'analytics'))).toEqual(['datacentres.txt']);
  await send({ body: view('/'), client: '203.0.113.6' });
  await send({ body: view('/'), client: '198.51.100.6' });
  expect(await total()).toEqual([1, 1, 1, 1]);
});
