import { expect, test } from 'bun:test';
import { clientKey, TokenBuckets } from './token-buckets.ts';

test('a_bucket_gives_its_burst_at_once_and_then_as_it_refills', () => {
  const buckets = new TokenBuckets({ perSecond: 2, burst: 3 });
  expect([0, 0, 0, 0].map(() => buckets.take('a', 0))).toEqual([0, 0, 0, 1]);
  expect(buckets.take('b', 0)).toBe(0);
  expect(buckets.take('a', 499)).toBe(1);
  expect(buckets.take('a', 1_000)).toBe(0);
  // Never more than a full one, however long it was quiet.
  expect([0, 0, 0, 0].map(() => buckets.take('a', 3_600_000))).toEqual([0, 0, 0, 1]);
});

test('a_wait_is_told_in_whole_seconds_and_is_long_enough', () => {
  const buckets = new TokenBuckets({ perSecond: 1 / 30, burst: 1 });
  expect(buckets.take('a', 0)).toBe(0);
  const wait = buckets.take('a', 0);
  expect(wait).toBe(30);
  expect(buckets.take('a', wait * 1000)).toBe(0);
});

test('a_flood_of_new_clients_keeps_no_more_buckets_than_the_bound', () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 10 });
  for (let client = 0; client < 50_000; client++) buckets.take(String(client), 0);
  expect(buckets.size).toBeLessThanOrEqual(20_000);
  // Full ones say nothing, and go first.
  buckets.take('new', 60_000);
  expect(buckets.size).toBe(1);
});

test('a_network_of_ipv6_is_one_client', () => {
  const one = clientKey('2001:db8:1:2::1');
  for (const same of ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::']) expect(clientKey(same)).toBe(one);
  for (const other of ['2001:db8:1:3::1', '2001:db8::1', '192.0.2.1']) expect(clientKey(other)).not.toBe(one);
});
