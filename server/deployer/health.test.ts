import { expect, test } from 'bun:test';
import { systemClock } from '../kernel/clock.ts';
import type { ProbeResult } from './edge.ts';
import { healthRules, isGood, untilHealthy } from './health.ts';
import type { Exit } from './runtimes/runtime.ts';

const ok: ProbeResult = { kind: 'answered', status: 200, ms: 1 };
const bad: ProbeResult = { kind: 'answered', status: 500, ms: 1 };
const refused: ProbeResult = { kind: 'refused' };
const rules = { path: '/up', timeout: 400, interval: 5, watch: 0 };
const never = new Promise<Exit>(() => {});

/** Answers one after the other; the last one for ever. */
const answers = (...results: ProbeResult[]) => {
  const asked: number[] = [];
  return {
    asked,
    probe: async () => {
      asked.push(Date.now());
      return (results.length > 1 ? results.shift() : results[0]) ?? refused;
    },
  };
};

const wait = (
  probe: () => Promise<ProbeResult>,
  exited: Promise<Exit> = never,
  signal = new AbortController().signal,
) =>
  untilHealthy({
    clock: systemClock,
    rules,
    targets: [{ id: 'r1-1-aaaaa', target: null, exited }],
    probe,
    signal,
  });

test('two_good_answers_in_a_row_are_needed', async () => {
  const one = answers(refused, ok, bad, ok, ok);
  await wait(one.probe);
  expect(one.asked).toHaveLength(5);
});

test('a_release_that_answers_500_fails_at_the_timeout_with_what_was_seen', async () => {
  await expect(wait(answers(bad).probe)).rejects.toThrow(
    'was not healthy within 0.4 s: it answered 500 on /up',
  );
});

test('an_app_that_never_listens_is_told_about_PORT', async () => {
  const error = await wait(answers(refused).probe).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'failed', hint: expect.stringContaining('PORT') });
});

test('an_app_that_listens_on_another_port_is_told_which_of_the_two_is_meant', async () => {
  const hintFor = async (...ports: number[]) => {
    const error = await untilHealthy({
      clock: systemClock,
      rules,
      targets: [
        {
          id: 'r1-1-aaaaa',
          target: { id: 'a', host: '127.0.0.1', port: 20_007 },
          exited: never,
          listening: () => ports,
        },
      ],
      probe: answers(refused).probe,
      signal: new AbortController().signal,
    }).catch((thrown: unknown) => thrown);
    return (error as { hint: string }).hint;
  };
  expect(await hintFor(3000)).toEndWith('that is 20007 here, and it listens on 3000.');
  expect(await hintFor(20_007)).toEndWith('it has that port (20007), and not on one of these addresses.');
  expect(await hintFor()).toEndWith('on 127.0.0.1 or 0.0.0.0.');
});

test('a_dead_process_fails_at_once_and_not_at_the_timeout', async () => {
  const began = performance.now();
  const death = Promise.resolve({ code: 3, signal: null, oomLimit: null });
  await expect(wait(answers(refused).probe, death)).rejects.toThrow(
    'ended before it was healthy: exit code 3',
  );
  expect(performance.now() - began).toBeLessThan(200);
});

test('an_app_that_ends_as_if_done_is_told_that_apps_stay', async () => {
  const done = Promise.resolve({ code: 0, signal: null, oomLimit: null });
  const error = await wait(answers(refused).probe, done).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'failed', hint: expect.stringContaining('PORT') });
});

test('a_probe_that_hangs_does_not_hide_a_death', async () => {
  const death = Promise.resolve({ code: null, signal: 'SIGKILL', oomLimit: 64 * 1024 ** 2 });
  await expect(wait(() => new Promise(() => {}), death)).rejects.toThrow('out of memory at 64 MB');
});

test('cancelling_ends_the_wait_with_the_reason_of_the_signal', async () => {
  const stop = new AbortController();
  const waiting = wait(answers(refused).probe, never, stop.signal);
  stop.abort(new Error('called off'));
  await expect(waiting).rejects.toThrow('called off');
});

test('redirects_are_good_and_client_errors_are_not', () => {
  expect(isGood({ kind: 'answered', status: 302, ms: 1 })).toBe(true);
  expect(isGood({ kind: 'answered', status: 404, ms: 1 })).toBe(false);
});

test('rules_come_from_the_config_in_seconds_and_fall_back_to_the_defaults', () => {
  expect(healthRules({ health: { path: '/ready', timeout: 5 } })).toEqual({
    path: '/ready',
    timeout: 5000,
    interval: 1000,
    watch: 60_000,
  });
});
