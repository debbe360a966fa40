import { expect, test } from 'bun:test';
import { LaterFlushes } from './later-flushes.ts';

function rig() {
  const later: (() => void)[] = [];
  const flushes = new LaterFlushes((next) => later.push(next));
  const said: string[] = [];
  const one = (name: string) => ({ flush: () => said.push(name) });
  return { flushes, said, one, later };
}

test('what_is_added_in_one_turn_is_written_together_in_the_next', () => {
  const { flushes, said, one, later } = rig();
  for (const name of 'abc') flushes.add(one(name));
  expect(said).toEqual([]);
  expect(later).toHaveLength(1);
  later.shift()?.();
  expect(said.join('')).toBe('abc');
  expect(later).toHaveLength(0);
});

test('many_connections_let_others_in_between_and_each_has_its_turn_in_order', () => {
  const { flushes, said, one, later } = rig();
  for (const name of 'abcdefghij') flushes.add(one(name));
  later.shift()?.();
  expect(said.join('')).toBe('abcd');
  flushes.add(one('k'));
  while (later.length > 0) later.shift()?.();
  expect(said.join('')).toBe('abcdefghijk');
});
