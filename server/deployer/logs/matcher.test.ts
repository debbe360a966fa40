/** Expressions people type, good and bad. */

import { expect, test } from 'bun:test';
import { WindlassError } from '../../../shared/errors.ts';
import { createMatcher, isTame } from './matcher.ts';

const self = process.execPath;

test('plain_text_tame_and_wild_expressions_find_the_same_lines', async () => {
  const lines = ['GET /a 200', 'GET /b 500', 'post /a 200', ''];
  for (const [pattern, expected] of [
    ['GET', [true, true, false, false]],
    ['^GET.*500', [false, true, false, false]],
    ['(?:GET|post) /(a|c) \\d{3}', [true, false, true, false]],
    ['^$', [false, false, false, true]],
  ] as const) {
    const matcher = createMatcher(pattern, self);
    expect(await matcher.match(lines)).toEqual([...expected]);
    expect(await matcher.match([])).toEqual([]);
    matcher.close();
  }
});

test('what_may_backtrack_badly_is_never_tried_in_this_process', () => {
  for (const wild of ['(a+)+$', '(.*)*x', '.*.*.*y', '(a|aa)+$', 'a{1,9}b{1,9}', '\\1', 'a?a?a?']) {
    expect(isTame(wild)).toBe(false);
  }
  for (const tame of ['error|warn', 'GET .* 500', '\\d+ms', '[a-z]+@', '^x$'])
    expect(isTame(tame)).toBe(true);
});

test('a_catastrophic_expression_ends_with_an_error_while_the_server_goes_on', async () => {
  const matcher = createMatcher('(a+)+$', self, 300);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 10);
  // The engine gives a single text up by itself after some 0.3 s, and calls it no match; many of them take their time.
  const texts = Array.from({ length: 200 }, () => `${'a'.repeat(60)}!`);
  const error = await matcher.match(texts).catch((thrown: unknown) => thrown);
  clearInterval(timer);
  matcher.close();
  expect(error).toBeInstanceOf(WindlassError);
  expect(error).toMatchObject({ code: 'limit' });
  expect(ticks).toBeGreaterThan(5);
});

test('an_expression_that_is_none_is_explained', () => {
  expect(() => createMatcher('a(b', self)).toThrow(/"a\(b" is not a regular expression: /);
});
