import { expect, test } from 'bun:test';
import { type Core, coresForBuilds, parseCoreList } from './build-cores.ts';

const alone = (...ids: number[]): Core[] => ids.map((id) => ({ id, first: id }));

test('a_build_leaves_at_least_one_core_to_live_apps', () => {
  expect(coresForBuilds(alone(0, 1))).toBe('1');
  expect(coresForBuilds(alone(0, 1, 2))).toBe('1,2');
  expect(coresForBuilds(alone(0, 1, 2, 3))).toBe('2,3');
});

test('on_a_single_core_there_is_nothing_to_leave', () => {
  expect(coresForBuilds(alone(3))).toBeNull();
  expect(coresForBuilds([])).toBeNull();
});

test('threads_of_one_physical_core_stay_on_the_same_side', () => {
  // as a desktop numbers them: 0 and 4 are one core, 1 and 5 another
  const halves = [0, 1, 2, 3].flatMap((first) => [
    { id: first, first },
    { id: first + 4, first },
  ]);
  expect(coresForBuilds(halves)).toBe('2,3,6,7');
});

test('two_threads_of_one_physical_core_are_still_two', () => {
  expect(
    coresForBuilds([
      { id: 0, first: 0 },
      { id: 1, first: 0 },
    ]),
  ).toBe('1');
});

test('lists_of_the_kernel_are_read_whole', () => {
  expect(parseCoreList('0-2,5,8-9')).toEqual([0, 1, 2, 5, 8, 9]);
  expect(parseCoreList('')).toEqual([]);
});
