import { expect, test } from 'bun:test';
import { turns, verdict, type WaitingJob } from './job-turns.ts';

const job = (id: string, more: Partial<WaitingJob> = {}): WaitingJob => ({
  id,
  kind: 'k',
  key: null,
  begun: 0,
  runAfter: 0,
  ...more,
});
const ids = (jobs: readonly WaitingJob[]) => jobs.map((each) => each.id);
const two = new Map([['k', 2]]);

test('no_more_of_a_kind_run_than_may', () => {
  const waiting = [job('a'), job('b'), job('c')];
  expect(ids(turns(waiting, [], two, 1).start)).toEqual(['a', 'b']);
  expect(ids(turns(waiting, [{ kind: 'k', key: null }], two, 1).start)).toEqual(['a']);
});

test('of_a_key_the_oldest_that_is_due_runs_alone', () => {
  const waiting = [job('a', { key: 'x' }), job('b', { key: 'x' }), job('c', { key: 'y' })];
  expect(ids(turns(waiting, [], two, 1).start)).toEqual(['a', 'c']);
  expect(ids(turns(waiting, [{ kind: 'other', key: 'x' }], two, 1).start)).toEqual(['c']);
});

test('a_full_kind_keeps_the_order_of_its_keys', () => {
  const kinds = new Map([
    ['k', 0],
    ['l', 1],
  ]);
  const waiting = [job('a', { key: 'x' }), job('b', { key: 'x', kind: 'l' })];
  expect(ids(turns(waiting, [], kinds, 1).start)).toEqual([]);
});

test('a_job_for_later_holds_nobody_back_but_one_that_began_does', () => {
  const later = { key: 'x', runAfter: 50 };
  const behind = job('b', { key: 'x' });
  expect(turns([job('a', later), behind], [], two, 1)).toMatchObject({ start: [{ id: 'b' }], wakeAt: 50 });
  expect(turns([job('a', { ...later, begun: 1 }), behind], [], two, 1)).toEqual({ start: [], wakeAt: 50 });
});

test('an_unknown_kind_stays_as_it_is_and_wakes_nobody', () => {
  expect(turns([job('a', { kind: 'gone', runAfter: 9 })], [], two, 1)).toEqual({ start: [], wakeAt: null });
});

test('what_becomes_of_a_run', () => {
  const facts = { attempts: 1, maxAttempts: 3, cancelled: false };
  const threw = { kind: 'threw', message: 'm' } as const;
  expect(verdict({ kind: 'returned' }, facts, 0)).toEqual({ kind: 'done' });
  expect(verdict(threw, facts, 0)).toEqual({ kind: 'wait', runAfter: 1000, attempts: 1, message: 'm' });
  expect(verdict(threw, { ...facts, attempts: 2 }, 0)).toMatchObject({ kind: 'wait', runAfter: 2000 });
  expect(verdict(threw, { ...facts, attempts: 30, maxAttempts: 99 }, 0)).toMatchObject({ runAfter: 60_000 });
  expect(verdict(threw, { ...facts, attempts: 3 }, 0)).toEqual({
    kind: 'failed',
    message: 'm',
    givenUp: true,
  });
  expect(verdict(threw, { ...facts, cancelled: true }, 0)).toMatchObject({ kind: 'failed', givenUp: false });
  expect(verdict({ kind: 'stopped' }, facts, 5)).toEqual({
    kind: 'wait',
    runAfter: 5,
    attempts: 0,
    message: null,
  });
});
