/** What has to go for the rest to keep within its budget. */

import { expect, test } from 'bun:test';
import { type Item, surplus } from './surplus.ts';

const dayMs = 86_400_000;
const now = 100 * dayMs;
const item = (id: string, bytes: number, daysAgo: number, more: Partial<Item> = {}): Item => ({
  id,
  app: 'shop',
  bytes,
  files: 1,
  usedAt: now - daysAgo * dayMs,
  held: false,
  ...more,
});
const gone = (items: Item[], bytes: number, days = 30) =>
  surplus(items, { bytes, days }, now).map(({ id }) => id);

test('what_is_longest_out_of_use_goes_first_and_no_more_than_has_to', () => {
  expect(gone([item('new', 40, 1), item('old', 40, 9), item('older', 40, 20)], 100)).toEqual(['older']);
  expect(gone([item('new', 40, 1), item('old', 40, 9)], 80)).toEqual([]);
});

test('what_is_past_its_days_goes_however_small', () => {
  expect(gone([item('new', 1, 29), item('old', 1, 31)], 1000)).toEqual(['old']);
});

test('what_is_held_counts_and_stays', () => {
  const live = item('live', 90, 60, { held: true });
  expect(gone([live, item('spare', 20, 2)], 100)).toEqual(['spare']);
});

test('the_bytes_are_those_of_each_app_so_that_a_large_one_pushes_no_other_out', () => {
  const other = item('other', 60, 20, { app: 'blog' });
  expect(gone([item('a', 90, 1), item('b', 90, 2), other], 100)).toEqual(['b']);
});
