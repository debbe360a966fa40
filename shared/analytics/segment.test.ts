import { expect, test } from 'bun:test';
import { readFilter, segment, writeFilter } from './segment.ts';

test('a_filter_is_read_as_it_is_written', () => {
  for (const text of [
    'country=DE|AT',
    'page~/docs',
    'device!=Mobile',
    'source!~google',
    'prop:plan=team',
    'city=',
  ]) {
    const filter = readFilter(text);
    expect(filter && writeFilter(filter)).toBe(text);
  }
  expect(readFilter('page=/a?b=c')).toEqual({ dimension: 'page', op: 'is', values: ['/a?b=c'] });
});

test('what_is_no_filter_is_none', () => {
  for (const text of ['', 'country', '=DE', '!DE']) expect(readFilter(text)).toBeNull();
});

test('a_segment_has_a_name_of_one_line_and_filters_of_dimensions_there_are', () => {
  const is = (dimension: string) => [{ dimension, op: 'is', values: ['x'] }];
  expect(segment.safeParse({ name: 'Paying', filters: is('prop:plan') }).success).toBe(true);
  expect(segment.safeParse({ name: 'a\nb', filters: is('page') }).success).toBe(false);
  expect(segment.safeParse({ name: '', filters: is('page') }).success).toBe(false);
  expect(segment.safeParse({ name: 'All', filters: [] }).success).toBe(false);
  expect(segment.safeParse({ name: 'When', filters: is('time') }).success).toBe(false);
  expect(segment.safeParse({ name: 'What', filters: is('salary') }).success).toBe(false);
});
