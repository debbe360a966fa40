import { expect, test } from 'bun:test';
import type { ProbeResult } from './edge.ts';
import type { Exit } from './runtimes/runtime.ts';
import { tooManyErrors, type WatchParts, watch } from './watch.ts';

const ok: ProbeResult = { kind: 'answered', status: 200, ms: 1 };
const quiet = { requests: 0, errors: 0 };

const parts = (changes: Partial<WatchParts> = {}): WatchParts => ({
  rules: { path: '/', timeout: 1000, interval: 10, watch: 400 },
  left: 400,
  targets: () => [{ id: 'r2-1-aaaaa', target: null }],
  probe: async () => ok,
  onDeath: () => () => {},
  share: () => quiet,
  shareBefore: quiet,
  complaint: async () => null,
  onComplaint: { kind: 'off' },
  signal: new AbortController().signal,
  ...changes,
});

test('a_release_that_does_well_settles_when_the_window_is_over', async () => {
  expect(await watch(parts())).toEqual({ kind: 'settled' });
});

test('three_failed_probes_in_a_row_are_too_many', async () => {
  const end = await watch(parts({ probe: async () => ({ kind: 'answered', status: 503, ms: 1 }) }));
  expect(end).toMatchObject({ kind: 'misbehaved', instance: 'r2-1-aaaaa' });
  expect(end).toMatchObject({ reason: expect.stringContaining('answered 503 on /') });
});

test('two_failures_and_a_good_answer_are_forgiven', async () => {
  const results: ProbeResult[] = [{ kind: 'timeout' }, { kind: 'timeout' }];
  expect(await watch(parts({ probe: async () => results.shift() ?? ok }))).toEqual({ kind: 'settled' });
});

test('a_death_ends_the_watch_at_once_with_how_long_it_lived', async () => {
  let die: ((id: string, exit: Exit, livedMs: number) => void) | undefined;
  let unsubscribed = false;
  const watching = watch(
    parts({
      left: 60_000,
      onDeath: (listener) => {
        die = listener;
        return () => {
          unsubscribed = true;
        };
      },
    }),
  );
  die?.('r2-1-aaaaa', { code: 1, signal: null, oomLimit: null }, 20_400);
  expect(await watching).toEqual({
    kind: 'misbehaved',
    reason: 'r2-1-aaaaa died 20 s after it was started: exit code 1',
    instance: 'r2-1-aaaaa',
  });
  expect(unsubscribed).toBe(true);
});

test('a_5xx_share_far_above_the_release_before_is_misbehaving', async () => {
  const end = await watch(parts({ share: () => ({ requests: 100, errors: 40 }) }));
  expect(end).toMatchObject({
    kind: 'misbehaved',
    reason: '40 % of 100 requests ended as a server error, 0 % before it',
  });
});

test('a_complaint_rolls_back_only_where_the_owner_said_so_and_is_told_once_otherwise', async () => {
  const complaint = async () => '12 errors';
  expect(await watch(parts({ complaint, onComplaint: { kind: 'rollback' } }))).toEqual({
    kind: 'misbehaved',
    reason: '12 errors',
    instance: null,
  });
  const told: string[] = [];
  const tell = (reason: string) => void told.push(reason);
  expect(await watch(parts({ complaint, onComplaint: { kind: 'warn', tell } }))).toEqual({ kind: 'settled' });
  expect(told).toEqual(['12 errors']);
  let asked = 0;
  const count = async () => {
    asked++;
    return '12 errors';
  };
  expect(await watch(parts({ complaint: count }))).toEqual({ kind: 'settled' });
  expect(asked).toBe(0);
});

test('ending_it_from_outside_gives_no_verdict', async () => {
  const stop = new AbortController();
  const watching = watch(parts({ left: 60_000, signal: stop.signal }));
  stop.abort();
  expect(await watching).toEqual({ kind: 'ended' });
});

test('few_requests_and_an_app_that_always_failed_this_much_say_nothing', () => {
  expect(tooManyErrors({ requests: 19, errors: 19 }, quiet)).toBeNull();
  expect(tooManyErrors({ requests: 100, errors: 30 }, { requests: 100, errors: 28 })).toBeNull();
  expect(tooManyErrors({ requests: 100, errors: 10 }, quiet)).toBeNull();
});
