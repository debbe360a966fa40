import { expect, test } from 'bun:test';
import { decideRestart, loopAfter, stableAfterMs } from './restart-policy.ts';

test('the_first_death_is_answered_at_once_and_later_ones_ever_more_slowly', () => {
  let deaths: number[] = [];
  const delays: number[] = [];
  for (let n = 0; n < 9; n++) {
    const decision = decideRestart(deaths, 1000 + n, 1000 + n);
    deaths = decision.deaths;
    delays.push(decision.delayMs);
  }
  expect(delays).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
});

test('a_crash_loop_is_called_one_from_the_fifth_death_on', () => {
  const four = [1, 2, 3, 4].map((n) => n * 1000);
  expect(decideRestart(four.slice(0, 3), 3000, 4000).state).toBe('restarting');
  expect(decideRestart(four, 4000, 5000).state).toBe('crash-looping');
  expect(loopAfter).toBe(5);
});

test('an_instance_that_ran_long_enough_is_forgiven', () => {
  const decision = decideRestart([1, 2, 3, 4], 5, 5 + stableAfterMs);
  expect(decision).toEqual({ state: 'restarting', delayMs: 0, deaths: [5 + stableAfterMs] });
});
