import { expect, test } from 'bun:test';
import { Bag } from './bag.ts';

test('what_is_taken_out_of_a_bag_is_no_longer_in_it_and_all_else_is', () => {
  const bag = new Bag<{ place: number; name: number }>();
  const items = Array.from({ length: 50 }, (_, name) => ({ place: -1, name }));
  for (const item of items) bag.add(item);
  const left = new Set(items);
  for (const at of [49, 0, 17, 48, 1, 25, 24]) {
    const item = items[at];
    if (item === undefined) throw new Error('there is no such item');
    expect(bag.remove(item)).toBe(true);
    expect(bag.remove(item)).toBe(false);
    left.delete(item);
    expect(new Set(bag)).toEqual(left);
  }
  expect(bag.size).toBe(left.size);
  bag.clear();
  expect([...bag]).toEqual([]);
  expect(items.every(({ place }) => place === -1)).toBe(true);
});
