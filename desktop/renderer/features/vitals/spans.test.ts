/** What the vitals page works out. */

import { expect, test } from 'bun:test';
import { clockAhead } from './spans.ts';

test('the_way_there_and_back_is_taken_off_a_clock_and_a_slow_line_tells_nothing', () => {
  expect(clockAhead(10_100, 10_000, 10_200)).toBe(0);
  expect(clockAhead(70_100, 10_000, 10_200)).toBe(60_000);
  expect(clockAhead(10_000, 10_000, 15_000)).toBeNull();
});
