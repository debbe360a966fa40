import { expect, test } from 'bun:test';
import { Agreement } from './agreement.ts';

test('nobody_goes_on_before_all_who_take_requests_have_the_newest_table', () => {
  const agreement = new Agreement<string>();
  for (const id of ['a', 'b']) {
    agreement.join(id);
    agreement.has(id, 0);
  }
  expect(agreement.go()).toEqual(['a', 'b']);
  expect(agreement.begin()).toBe(1);
  agreement.has('a', 1);
  expect(agreement.go()).toEqual([]);
  expect(agreement.late()).toEqual(['b']);
  expect(agreement.begin()).toBe(2);
  agreement.has('a', 2);
  agreement.has('b', 1);
  expect(agreement.reached).toBe(false);
  agreement.has('b', 2);
  expect(agreement.go()).toEqual(['a', 'b']);
});

test('who_is_gone_or_takes_no_requests_yet_is_not_waited_for', () => {
  const agreement = new Agreement<string>();
  agreement.join('a');
  agreement.has('a', 0);
  agreement.go();
  agreement.join('late');
  agreement.begin();
  agreement.has('a', 1);
  expect(agreement.go()).toEqual(['a']);
  agreement.begin();
  agreement.leave('a');
  expect(agreement.reached).toBe(true);
  agreement.has('late', 2);
  expect(agreement.go()).toEqual(['late']);
});
