import { expect, test } from 'bun:test';
import { createAllowance } from './allowance.ts';

test('one_visitor_has_a_share_an_app_has_a_bound_and_both_are_free_again_later', () => {
  let now = 0;
  const bounds = { clientBytes: 100, clientParts: 3, appBytes: 250 };
  const { wait } = createAllowance(() => now, bounds);
  expect(wait('a', 'shop/production', 100)).toBeNull();
  expect(wait('a', 'shop/production', 1)).toBe(600);
  for (let part = 0; part < 3; part++) expect(wait('b', 'shop/production', 10)).toBeNull();
  expect(wait('b', 'shop/production', 10)).not.toBeNull();
  expect(wait('c', 'shop/production', 100)).toBeNull();
  expect(wait('d', 'shop/production', 100)).not.toBeNull();
  expect(wait('d', 'blog/production', 100)).toBeNull();
  now = 599_999;
  expect(wait('a', 'shop/production', 1)).toBe(1);
  now = 600_000;
  expect(wait('a', 'shop/production', 100)).toBeNull();
});

test('addresses_without_end_take_no_memory_without_end', () => {
  const { wait } = createAllowance(() => 0, { clientBytes: 9, clientParts: 9, appBytes: 1e9 });
  const refused = Array.from({ length: 12_000 }, (_, at) => wait(`10.0.${at}`, 'shop/production', 1)).filter(
    (each) => each !== null,
  );
  expect(refused).toHaveLength(2000);
  expect(wait('10.0.1', 'shop/production', 1)).toBeNull();
});
