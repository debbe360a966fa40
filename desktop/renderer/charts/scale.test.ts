import { expect, test } from 'bun:test';
import { areaPath, linePath, nearestIndex, placeOfTime, roundTicks, spreadLabels } from './scale.ts';

test('ticks_are_round_and_reach_the_highest_value', () => {
  expect(roundTicks(7)).toEqual([0, 2, 4, 6, 8]);
  expect(roundTicks(100)).toEqual([0, 50, 100]);
  expect(roundTicks(0.31)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
  expect(roundTicks(0)).toEqual([0, 1]);
  expect(roundTicks(Number.NaN)).toEqual([0, 1]);
});

test('labels_are_spread_and_never_more_than_there_is_room_for', () => {
  expect(spreadLabels(30, 6)).toEqual([0, 5, 10, 15, 20, 25]);
  expect(spreadLabels(3, 6)).toEqual([0, 1, 2]);
  expect(spreadLabels(0, 6)).toEqual([]);
});

test('a_pointer_finds_the_nearest_value_and_never_one_outside', () => {
  expect([nearestIndex(-1, 5), nearestIndex(0.49, 5), nearestIndex(2, 5)]).toEqual([0, 2, 4]);
});

test('a_moment_lies_between_its_neighbours_and_nowhere_outside_the_chart', () => {
  expect(placeOfTime(150, [100, 200, 300])).toBe(0.25);
  expect(placeOfTime(300, [100, 200, 300])).toBe(1);
  expect(placeOfTime(399, [100, 200, 300])).toBe(1);
  expect(placeOfTime(400, [100, 200, 300])).toBeNull();
  expect(placeOfTime(99, [100, 200, 300])).toBeNull();
});

test('what_is_unknown_breaks_the_line_and_the_area', () => {
  expect(linePath([1, 0, null, 0, 1], 1)).toBe('M0.0 0.0L250.0 1000.0M750.0 1000.0L1000.0 0.0');
  expect(linePath([0, 1, 2], 2)).toBe('M0.0 1000.0L500.0 500.0L1000.0 0.0');
  expect(areaPath([2, null, 1, 1], 2).match(/Z/g)).toHaveLength(2);
});

test('a_value_without_neighbours_is_still_seen', () => {
  expect(linePath([null, 1, null], 1)).toBe('M494.0 0.0L506.0 0.0');
  expect(linePath([2], 4)).toBe('M494.0 500.0L506.0 500.0');
  expect(linePath([null, null, 2], 4)).toBe('M994.0 500.0L1000.0 500.0');
});
