import { expect, test } from 'bun:test';
import { aCheck, createClockwork, runnerOn } from './clockwork.fixture.ts';
import type { Outcome } from './outcome.ts';

const up: Outcome = { kind: 'up', ms: 1, detail: null };

test('nothing_runs_where_there_is_no_check_and_one_timer_where_there_are_thousands', async () => {
  const work = createClockwork();
  const { runner, results } = runnerOn(work, { attempt: async () => up });
  runner.sync([]);
  expect(work.waiting).toBe(0);
  runner.sync(Array.from({ length: 2000 }, (_, index) => aCheck(index + 1)));
  expect(work.waiting).toBe(1);
  await work.pass(60_000);
  expect(work.waiting).toBe(1);
  const counts = Map.groupBy(results, (each) => each.id);
  expect(counts.size).toBe(2000);
  expect([...counts.values()].every((each) => each.length === 2)).toBe(true);
  runner.sync([]);
  expect(work.waiting).toBe(0);
});

test('two_thousand_checks_are_spread_over_their_interval_and_none_is_late', async () => {
  const work = createClockwork();
  const { runner, results } = runnerOn(work, { attempt: async () => up });
  runner.sync(Array.from({ length: 2000 }, (_, index) => aCheck(index + 1)));
  await work.pass(30_000);
  const seconds = Map.groupBy(results, ({ at }) => Math.floor(at / 1000));
  const fullest = Math.max(...[...seconds.values()].map((each) => each.length));
  expect(fullest).toBeLessThan(80);
  expect(runner.takeLateness()).toBeLessThanOrEqual(50);
});

test('a_check_that_hangs_is_down_in_time_and_holds_up_no_other', async () => {
  const work = createClockwork();
  const { runner, results } = runnerOn(work, {
    attempt: (check) => (check.id === 1 ? new Promise(() => {}) : Promise.resolve(up)),
  });
  runner.sync([aCheck(1), aCheck(2)]);
  await work.pass(90_000);
  const hung = results.filter(({ id }) => id === 1);
  expect(hung.map(({ outcome }) => outcome)).toEqual(
    Array(hung.length).fill({ kind: 'down', ms: null, why: 'no answer within 5 s' }),
  );
  expect(hung.length).toBe(3);
  expect(results.filter(({ id }) => id === 2).length).toBe(3);
});

test('a_clock_that_is_set_moves_no_check_and_throws_away_what_was_under_way', async () => {
  for (const hours of [-5, 1, 24]) {
    const work = createClockwork();
    let woke = 0;
    const { runner, results } = runnerOn(work, { attempt: async () => up, woke: () => woke++ });
    runner.sync([aCheck(1)]);
    await work.pass(45_000);
    const before = results.length;
    work.setClock(hours * 3_600_000);
    await work.pass(60_000);
    expect([hours, woke]).toEqual([hours, 1]);
    // One result a half minute, as ever: no storm of what was "missed", and no silence until the old time comes again.
    expect(results.length - before).toBeGreaterThanOrEqual(1);
    expect(results.length - before).toBeLessThanOrEqual(3);
  }
});

test('a_night_asleep_gives_no_result_for_it', async () => {
  for (const steady of ['stands', 'runs'] as const) {
    const work = createClockwork();
    const answers: ((outcome: Outcome) => void)[] = [];
    let woke = 0;
    const { runner, results } = runnerOn(work, {
      attempt: () => new Promise((resolve) => answers.push(resolve)),
      woke: () => woke++,
    });
    runner.sync([aCheck(1, { everySeconds: 5 })]);
    await work.pass(4000);
    expect(answers.length).toBe(1);
    await work.sleep(8 * 3_600_000, steady);
    await work.pass(1000);
    // What was asked in the evening fails in the morning, and that is nobody's fault.
    answers[0]?.({ kind: 'down', ms: null, why: 'the connection was cut' });
    await work.pass(0);
    expect([steady, woke]).toEqual([steady, 1]);
    await work.pass(5500);
    expect(results.filter(({ outcome }) => outcome.kind === 'down')).toEqual([]);
    expect(answers.length).toBeGreaterThan(1);
  }
});

test('a_check_in_doubt_is_looked_at_again_soon', async () => {
  const work = createClockwork();
  const at: number[] = [];
  const { runner } = runnerOn(work, {
    attempt: async () => ({ kind: 'down', ms: null, why: 'x' }),
    result: (_check, _outcome, when) => {
      at.push(when);
      return { doubt: at.length < 3 };
    },
  });
  runner.sync([aCheck(1, { everySeconds: 600 })]);
  await work.pass(1_200_000);
  expect(at.slice(1, 3).map((each, index) => each - (at[index] ?? 0))).toEqual([15_000, 15_000]);
  expect((at[3] ?? 0) - (at[2] ?? 0)).toBeGreaterThan(500_000);
});

test('a_result_of_a_check_that_was_changed_meanwhile_does_not_count', async () => {
  const work = createClockwork();
  const answers: ((outcome: Outcome) => void)[] = [];
  const { runner, results } = runnerOn(work, {
    attempt: () => new Promise((resolve) => answers.push(resolve)),
  });
  runner.sync([aCheck(1)]);
  runner.hurry(1);
  await work.pass(100);
  runner.sync([aCheck(1, { name: 'changed' })]);
  answers[0]?.(up);
  await work.pass(100);
  expect(results).toEqual([]);
});

test('a_bug_in_a_check_is_nobody_elses_fault', async () => {
  const work = createClockwork();
  const { runner, results } = runnerOn(work, { attempt: () => Promise.reject(new Error('bug')) });
  runner.sync([aCheck(1)]);
  await work.pass(30_000);
  expect(results[0]?.outcome.kind).toBe('unsure');
});

test('a_stop_waits_for_what_is_under_way_and_counts_none_of_it', async () => {
  const work = createClockwork();
  const { runner, results } = runnerOn(work, { attempt: () => new Promise(() => {}) });
  runner.sync([aCheck(1)]);
  runner.hurry(1);
  await work.pass(100);
  await runner.stop();
  expect(results).toEqual([]);
  expect(work.waiting).toBe(0);
});
