/** How many are before a deployment that waits. */

import { expect, test } from 'bun:test';
import type { Phase } from '../../shared/deployer/model.ts';
import type { DeploymentRow } from './deployment-store.ts';
import { aheadOf } from './queue-position.ts';

const row = (id: string, environmentId: number, phase: Phase) =>
  ({ id, environmentId, phase }) as DeploymentRow;

test('the_one_under_way_in_its_environment_is_before_it_and_one_that_is_watched_is_not', () => {
  const rows = [row('a', 1, 'watching'), row('b', 1, 'building'), row('c', 1, 'queued')];
  expect(rows.map((each) => aheadOf(each, rows, 4, 0))).toEqual([undefined, undefined, 1]);
});

test('deployments_of_other_environments_count_where_all_hands_are_busy', () => {
  const rows = [
    row('a', 1, 'building'),
    row('b', 2, 'building'),
    row('c', 3, 'queued'),
    row('d', 4, 'queued'),
  ];
  expect(rows.map((each) => aheadOf(each, rows, 2, 0))).toEqual([undefined, undefined, 1, 2]);
  expect(aheadOf(row('c', 3, 'queued'), rows, 4, 0)).toBeUndefined();
});

test('one_that_waits_for_its_build_tells_the_builds_before_it', () => {
  expect(aheadOf(row('a', 1, 'building'), [], 4, 2)).toBe(2);
});
