import { expect, test } from 'bun:test';
import { systemClock } from '../kernel/clock.ts';
import { Gate, type GateState, nextGateState, type Release } from './gate.ts';

const paused = (maxPauseMs: number): GateState => ({ kind: 'paused', maxPauseMs });

test('deploying_while_paused_stays_paused_and_ends_a_stop', () => {
  expect(nextGateState(paused(5), { kind: 'deployed' })).toEqual(paused(5));
  expect(nextGateState({ kind: 'stopped' }, { kind: 'deployed' })).toEqual({ kind: 'flowing' });
});

test('a_stopped_service_is_neither_paused_nor_resumed', () => {
  expect(nextGateState({ kind: 'stopped' }, { kind: 'pause', maxPauseMs: 5 })).toEqual({ kind: 'stopped' });
  expect(nextGateState({ kind: 'stopped' }, { kind: 'resume' })).toEqual({ kind: 'stopped' });
});

test('resume_lets_everyone_who_waits_go', async () => {
  const gate = new Gate(systemClock, paused(60_000));
  const waits = [gate.wait(), gate.wait(), gate.wait()];
  expect(gate.waiting).toBe(3);
  gate.set({ kind: 'flowing' });
  expect(await Promise.all(waits.map((wait) => wait.until))).toEqual(['go', 'go', 'go']);
  expect(gate.waiting).toBe(0);
});

test('stopping_while_paused_releases_waiters_at_once', async () => {
  const gate = new Gate(systemClock, paused(60_000));
  const wait = gate.wait();
  gate.set({ kind: 'stopped' });
  expect(await wait.until).toBe('stopped');
  expect(await gate.wait().until).toBe('stopped');
});

test('each_waiter_is_held_its_own_max_pause', async () => {
  let now = 0;
  const gate = new Gate({ now: () => now, monotonic: () => now }, paused(30));
  const ended: Release[] = [];
  const first = gate.wait();
  void first.until.then((how) => ended.push(how));
  now = 20;
  const second = gate.wait();
  now = 30;
  expect(await first.until).toBe('timed-out');
  expect(gate.waiting).toBe(1);
  now = 50;
  expect(await second.until).toBe('timed-out');
  expect(ended).toEqual(['timed-out']);
});

test('a_shorter_pause_holds_for_those_who_wait_already', async () => {
  const gate = new Gate(systemClock, paused(60_000));
  const wait = gate.wait();
  gate.set(paused(1));
  expect(await wait.until).toBe('timed-out');
});

test('the_queue_is_bounded_and_a_visitor_who_leaves_frees_a_place', async () => {
  const gate = new Gate(systemClock, paused(60_000), 2);
  const leaver = gate.wait();
  gate.wait();
  expect(await gate.wait().until).toBe('stopped');
  leaver.leave();
  const third = gate.wait();
  gate.set({ kind: 'flowing' });
  expect(await third.until).toBe('go');
});
