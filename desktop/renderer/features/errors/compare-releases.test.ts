import { expect, test } from 'bun:test';
import { changeText, compareReleases } from './compare-releases.ts';

const release = (version: string, sessions: number, crashed: number) => ({
  ...{ version, firstAt: 1, lastAt: 2, events: 0, newIssues: 0, sessions, crashed, errored: 0, commit: null },
});

test('a_release_is_compared_with_the_one_before_where_both_had_sessions_enough', () => {
  const found = compareReleases([
    release('shop@4', 100, 5),
    release('shop@3', 100, 1),
    release('shop@2', 19, 0),
    release('shop@1', 0, 0),
  ]);
  expect(found.map(({ crashFree }) => crashFree)).toEqual([0.95, 0.99, 1, null]);
  expect(found.map(({ change }) => change?.toFixed(2))).toEqual(['-0.04', undefined, undefined, undefined]);
});

test('changes_are_points_with_a_sign', () => {
  expect([0.0125, -0.04, 0].map(changeText)).toEqual(['+1.25', '−4.00', '±0.00']);
});
