import { expect, test } from 'bun:test';
import { countsOf, patternOf } from './kept-search.ts';

test('a_pattern_finds_the_very_text_in_either_case_and_nothing_else', () => {
  for (const text of ['GET /a?b=[1]', 'it’s 5.0 (ok)', 'straße', '^$', 'a\\b-c{2}|d', '日本']) {
    const pattern = new RegExp(patternOf(text));
    expect(pattern.test(`x ${text} y`)).toBe(true);
    expect(pattern.test(`x ${text.toLowerCase()} y`)).toBe(true);
  }
  expect(new RegExp(patternOf('5.0')).test('500')).toBe(false);
});

test('lines_are_counted_by_release_the_newest_first', () => {
  const line = (release: number | null) => ({ at: 1, origin: 'x', text: 'y', release });
  expect(countsOf([line(1), line(3), line(null), line(3)])).toEqual([
    { release: 3, count: 2 },
    { release: 1, count: 1 },
    { release: null, count: 1 },
  ]);
});
