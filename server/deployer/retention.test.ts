import { expect, test } from 'bun:test';
import { type Candidate, toPrune } from './retention.ts';

const made = (numbers: number[], bytes = 10, environmentId = 1): Candidate[] =>
  numbers.map((number) => ({ number, environmentId, bytes, artefact: `a${number}` }));

test('the_newest_are_kept_and_older_ones_pruned', () => {
  expect(toPrune(made([5, 4, 3, 2, 1]), new Set(), { releases: 3, bytes: 1e9 })).toEqual([2, 1]);
});

test('what_serves_or_is_warm_is_never_pruned_however_old', () => {
  expect(toPrune(made([5, 4, 3, 2, 1]), new Set([1]), { releases: 2, bytes: 1e9 })).toEqual([3, 2]);
});

test('beyond_the_byte_budget_old_ones_go_but_two_always_stay_so_that_one_can_go_back', () => {
  expect(toPrune(made([4, 3, 2, 1], 100), new Set(), { releases: 10, bytes: 50 })).toEqual([2, 1]);
});

test('releases_of_the_same_artefact_are_counted_once', () => {
  const same = [3, 2, 1].map((number) => ({ number, environmentId: 1, bytes: 100, artefact: 'one' }));
  expect(toPrune(same, new Set(), { releases: 10, bytes: 100 })).toEqual([]);
});

test('environments_do_not_push_each_other_out', () => {
  const both = [...made([4, 3], 10, 1), ...made([2, 1], 10, 2)];
  expect(toPrune(both, new Set(), { releases: 2, bytes: 1e9 })).toEqual([]);
});
