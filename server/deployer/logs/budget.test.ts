/** Which segments go first. */

import { expect, test } from 'bun:test';
import { type BudgetSegment, overBudget } from './budget.ts';

const segment = (environment: string, number: number, more: Partial<BudgetSegment> = {}): BudgetSegment => ({
  folder: `/${environment}`,
  stem: 'run',
  number,
  sealed: true,
  bytes: 10,
  writtenAt: number,
  environment,
  last: false,
  current: false,
  ...more,
});
const names = (segments: readonly BudgetSegment[]) =>
  segments.map((each) => `${each.environment}${each.number}`);

test('nothing_goes_while_all_fits', () => {
  expect(overBudget([segment('p', 1), segment('p', 2)], 20)).toEqual([]);
});

test('a_chatty_preview_gives_its_own_oldest_and_leaves_production_alone', () => {
  const all = [segment('p', 1), segment('p', 2), ...[3, 4, 5, 6].map((number) => segment('v', number))];
  expect(names(overBudget(all, 40))).toEqual(['v3', 'v4']);
});

test('the_last_words_of_older_releases_go_only_when_nothing_else_is_left_and_current_ones_never', () => {
  const all = [
    segment('p', 1, { last: true }),
    segment('p', 2),
    segment('p', 3, { last: true, current: true }),
  ];
  expect(names(overBudget(all, 20))).toEqual(['p2']);
  expect(names(overBudget(all, 10))).toEqual(['p2', 'p1']);
  expect(names(overBudget(all, 0))).toEqual(['p2', 'p1']);
});
