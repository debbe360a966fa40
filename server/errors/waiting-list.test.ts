import { expect, test } from 'bun:test';
import { createWaitingList } from './waiting-list.ts';

test('no_number_is_given_again_while_somebody_waits_under_it', () => {
  const list = createWaitingList<string>();
  const [one, two] = [list.add('one'), list.add('two')];
  expect(list.take(one)).toBe('one');
  expect(list.take(one)).toBeUndefined();
  const three = list.add('three');
  expect(three).not.toBe(two);
  expect(list.size).toBe(2);
  expect(list.takeAll().sort()).toEqual(['three', 'two']);
  expect(list.size).toBe(0);
  expect(list.take(two)).toBeUndefined();
});
