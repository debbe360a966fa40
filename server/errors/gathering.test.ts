import { expect, test } from 'bun:test';
import { createGathering } from './gathering.ts';

test('what_comes_within_a_moment_is_passed_on_together_and_in_order', async () => {
  const { promise, resolve } = Promise.withResolvers<number[]>();
  const gathering = createGathering<number>({ most: 10, withinMs: 1, pass: resolve });
  for (const one of [1, 2, 3]) gathering.add(one);
  expect(await promise).toEqual([1, 2, 3]);
});

test('as_many_as_fit_are_passed_on_at_once_and_nothing_twice_or_after_it_was_dropped', () => {
  const passed: number[][] = [];
  const gathering = createGathering<number>({ most: 2, withinMs: 60_000, pass: (all) => passed.push(all) });
  for (const one of [1, 2, 3]) gathering.add(one);
  expect(passed).toEqual([[1, 2]]);
  gathering.flush();
  gathering.flush();
  gathering.add(4);
  gathering.drop();
  gathering.flush();
  expect(passed).toEqual([[1, 2], [3]]);
});
