import { expect, test } from 'bun:test';
import { type CheckState, coverOf, forgetStreak, neverChecked, step } from './check-state.ts';
import type { Outcome } from './outcome.ts';

const up: Outcome = { kind: 'up', ms: 5, detail: '200' };
const down: Outcome = { kind: 'down', ms: null, why: 'it answered 500' };
const unsure: Outcome = { kind: 'unsure', why: 'no resolver' };
const limits = { failures: 3, successes: 2 };

function run(outcomes: readonly Outcome[], from: CheckState = neverChecked) {
  const changes: string[] = [];
  let state = from;
  for (const [index, outcome] of outcomes.entries()) {
    const stepped = step(state, outcome, limits, 1000 * (index + 1));
    state = stepped.state;
    if (stepped.change !== 'none') changes.push(`${index} ${stepped.change}`);
  }
  return { state, changes };
}

test('it_is_down_after_its_failures_in_a_row_and_up_after_its_successes_each_told_once', () => {
  const { changes, state } = run([up, down, down, down, down, up, up, up]);
  expect(changes).toEqual(['0 up', '3 down', '6 recovered']);
  expect(state).toMatchObject({ status: 'up', since: 6000, against: 0 });
});

test('it_counts_as_down_since_the_first_failure', () => {
  expect(run([up, down, down, down]).state).toMatchObject({
    status: 'down',
    since: 2000,
    detail: 'it answered 500',
  });
});

test('failures_that_are_not_in_a_row_never_add_up', () => {
  expect(run([up, down, down, up, down, down, up, down, down]).changes).toEqual(['0 up']);
});

test('what_is_our_own_fault_neither_counts_nor_breaks_a_row', () => {
  expect(run([up, unsure, unsure, unsure, unsure]).changes).toEqual(['0 up']);
  expect(run([up, down, unsure, down, unsure, down]).changes).toEqual(['0 up', '5 down']);
  expect(run([up, down, down, down, unsure]).state.status).toBe('down');
});

test('a_check_that_never_was_up_is_down_after_its_failures_too', () => {
  expect(run([down, down, down]).changes).toEqual(['2 down']);
});

test('what_is_switched_off_is_neither_up_nor_down', () => {
  const off: Outcome = { kind: 'off', why: 'it is stopped' };
  expect(run([up, down, down, down, off, off, up]).changes).toEqual(['0 up', '3 down', '4 off', '6 up']);
  expect(run([off, off]).changes).toEqual([]);
});

test('what_led_up_to_a_change_is_forgotten_after_a_sleep', () => {
  const { state } = run([up, down, down]);
  expect(run([down, down], forgetStreak(state)).changes).toEqual([]);
});

test('a_child_waits_for_what_it_depends_on', () => {
  const child = run([up, down, down, down]).state;
  const parent = (change: Partial<CheckState>) => ({ ...neverChecked, status: 'up' as const, ...change });
  expect(coverOf(child, null)).toBe('bare');
  expect(coverOf(child, parent({ lastAt: 1500 }))).toBe('ask');
  expect(coverOf(child, parent({ lastAt: 2500 }))).toBe('bare');
  expect(coverOf(child, parent({ lastAt: 2500, against: 1 }))).toBe('covered');
  expect(coverOf(child, parent({ lastAt: 2500, status: 'down' }))).toBe('covered');
});
