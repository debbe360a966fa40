import { expect, test } from 'bun:test';
import { WriteBook } from './write-book.ts';

test('an_acknowledged_write_that_is_gone_is_a_fault', () => {
  const book = new WriteBook();
  book.trying('A', '1');
  book.acknowledged('A', '1');
  expect(book.compare(new Map())).toEqual(['A is absent and was 1']);
});

test('a_write_that_was_cut_off_may_be_there_or_not_but_not_something_else', () => {
  for (const [value, faults] of [
    ['1', 0],
    ['2', 0],
    ['3', 1],
  ] as const) {
    const book = new WriteBook();
    book.trying('A', '1');
    book.acknowledged('A', '1');
    book.trying('A', '2');
    expect(book.compare(new Map([['A', value]]))).toHaveLength(faults);
  }
});

test('what_was_found_after_a_cut_is_known_from_then_on', () => {
  const book = new WriteBook();
  book.trying('A', '1');
  expect(book.compare(new Map([['A', '1']]))).toEqual([]);
  expect(book.compare(new Map())).toEqual(['A is absent and was 1']);
});

test('a_value_nobody_wrote_is_a_fault', () => {
  expect(new WriteBook().compare(new Map([['B', '9']]))).toEqual(['B is 9 and was absent']);
});
