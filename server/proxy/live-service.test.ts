import { expect, test } from 'bun:test';
import type { Backend, Target } from '../../shared/proxy/backend.ts';
import { systemClock } from '../kernel/clock.ts';
import { Gate } from './gate.ts';
import { LiveService } from './live-service.ts';
import type { Lease } from './service.ts';

const ok = { status: 200, byProxy: false };
const failing = { status: 502, byProxy: true };
const untried: ReadonlySet<string> = new Set();

const release = (number: number, ...ports: number[]): Backend => ({
  kind: 'instances',
  release: number,
  targets: ports.map((port) => ({ id: `r${number}-${port}`, host: '127.0.0.1', port })),
});

function liveService() {
  const gone: Target[] = [];
  const service = new LiveService({
    bed: new Gate(systemClock),
    onWake: () => {},
    key: 'shop/production',
    gate: new Gate(systemClock),
    reprobeMs: 60_000,
    answers: async () => false,
    onHealth: () => {},
    onTargetGone: (target) => gone.push(target),
  });
  return { service, gone };
}

function leaseOf(service: LiveService): Lease {
  const admission = service.admit();
  if (admission.kind !== 'go') throw new Error(`admitted as ${admission.kind}`);
  return admission.lease;
}

test('a_service_without_a_backend_is_empty', () => {
  expect(liveService().service.admit().kind).toBe('empty');
});

test('after_a_swap_no_new_request_reaches_the_old_release', () => {
  const { service, gone } = liveService();
  service.swap(release(1, 1001));
  const before = leaseOf(service);
  service.swap(release(2, 1002));
  expect(leaseOf(service).backend.release).toBe(2);
  expect(before.backend.release).toBe(1);
  expect(before.pick(untried)?.port).toBe(1001);
  expect(gone).toEqual([]);
});

test('targets_are_forgotten_when_their_last_request_ended_and_not_while_they_serve_on', async () => {
  const { service, gone } = liveService();
  service.swap(release(1, 1001, 1002));
  const lease = leaseOf(service);
  service.swap(release(1, 1002));
  expect(gone).toEqual([]);
  lease.end(ok);
  await service.drain(0);
  expect(gone.map(({ port }) => port)).toEqual([1001]);
  service.swap(release(2, 1003));
  expect(gone.map(({ port }) => port)).toEqual([1001, 1002]);
});

test('drain_waits_for_requests_that_finish', async () => {
  const { service } = liveService();
  service.swap(release(1, 1001));
  const leases = [leaseOf(service), leaseOf(service), leaseOf(service)];
  let cuts = 0;
  for (const lease of leases) lease.onCut(() => cuts++);
  service.swap(release(2, 1002));
  const drained = service.drain(5000);
  for (const lease of leases) lease.end(ok);
  expect(await drained).toEqual({ finished: 3, cut: 0 });
  expect(cuts).toBe(0);
});

test('drain_cuts_what_is_left_at_its_deadline', async () => {
  const { service } = liveService();
  service.swap(release(1, 1001));
  for (let i = 0; i < 20; i++) {
    const lease = leaseOf(service);
    lease.onCut(() => lease.end({ status: 504, byProxy: true }));
  }
  service.swap(release(2, 1002));
  expect(await service.drain(10)).toEqual({ finished: 0, cut: 20 });
  expect(service.errorShare(1)).toEqual({ requests: 20, errors: 0 });
});

test('drain_tells_websockets_to_close_at_once', async () => {
  const { service } = liveService();
  service.swap(release(1, 1001));
  const socket = leaseOf(service);
  socket.onDrain(() => socket.end({ status: 101, byProxy: false }));
  service.swap(release(2, 1002));
  const startedAt = performance.now();
  expect(await service.drain(5000)).toEqual({ finished: 1, cut: 0 });
  expect(performance.now() - startedAt).toBeLessThan(1000);
});

test('drain_of_nothing_returns_at_once_and_leaves_the_current_one_alone', async () => {
  const { service } = liveService();
  service.swap(release(1, 1001));
  const lease = leaseOf(service);
  let told = 0;
  lease.onDrain(() => told++);
  expect(await service.drain(60_000)).toEqual({ finished: 0, cut: 0 });
  expect(told).toBe(0);
});

test('a_lease_that_asks_late_is_told_at_once', async () => {
  const { service } = liveService();
  service.swap(release(1, 1001));
  const lease = leaseOf(service);
  service.swap(null);
  const drained = service.drain(1);
  const told: string[] = [];
  lease.onDrain(() => told.push('drain'));
  expect(told).toEqual(['drain']);
  lease.onCut(() => {
    told.push('cut');
    lease.end(ok);
  });
  await drained;
  lease.onCut(() => told.push('never'));
  expect(told).toEqual(['drain', 'cut']);
});

test('a_request_is_counted_once_however_often_it_ends', () => {
  const { service } = liveService();
  service.swap(release(1, 1001));
  const lease = leaseOf(service);
  lease.end(failing);
  lease.end(failing);
  expect(service.errorShare(1)).toEqual({ requests: 1, errors: 1 });
});

test('error_shares_start_over_when_a_release_becomes_current_again', () => {
  const { service } = liveService();
  service.swap(release(1, 1001));
  leaseOf(service).end(failing);
  service.swap(release(2, 1002));
  leaseOf(service).end(ok);
  expect(service.errorShare(1)).toEqual({ requests: 1, errors: 1 });
  expect(service.errorShare(2)).toEqual({ requests: 1, errors: 0 });
  service.swap(release(2, 1003));
  leaseOf(service).end(failing);
  expect(service.errorShare(2)).toEqual({ requests: 2, errors: 1 });
  service.swap(release(1, 1001));
  expect(service.errorShare(1)).toEqual({ requests: 0, errors: 0 });
  expect(service.errorShare(9)).toEqual({ requests: 0, errors: 0 });
});

test('a_retry_frees_the_target_that_failed', () => {
  const { service } = liveService();
  service.swap(release(1, 1001, 1002));
  const lease = leaseOf(service);
  const first = lease.pick(untried);
  if (first === null) throw new Error('no target');
  lease.failed(first);
  const second = lease.pick(new Set([first.id]));
  expect(second?.id).not.toBe(first.id);
  expect(lease.pick(new Set([first.id, second?.id ?? '']))).toBeNull();
  expect(service.targets().ejected).toEqual([first]);
});

test('deploying_while_paused_holds_requests_and_resume_sends_them_to_the_new_release', async () => {
  const { service } = liveService();
  service.swap(release(1, 1001));
  service.gate.set({ kind: 'paused', maxPauseMs: 60_000 });
  const held = service.admit();
  service.swap(release(2, 1002));
  expect(service.admit().kind).toBe('wait');
  service.gate.set({ kind: 'flowing' });
  if (held.kind !== 'wait') throw new Error(held.kind);
  expect(await held.until).toBe('go');
  expect(leaseOf(service).backend.release).toBe(2);
});

test('a_stop_turns_waiters_away_drains_and_ends_with_the_next_backend', async () => {
  const { service } = liveService();
  service.swap(release(1, 1001));
  const running = leaseOf(service);
  service.gate.set({ kind: 'paused', maxPauseMs: 60_000 });
  const held = service.admit();
  service.stop();
  if (held.kind !== 'wait') throw new Error(held.kind);
  expect(await held.until).toBe('stopped');
  expect(service.admit().kind).toBe('stopped');
  const drained = service.drain(5000);
  running.end(ok);
  expect(await drained).toEqual({ finished: 1, cut: 0 });
  service.swap(release(2, 1002));
  expect(service.admit().kind).toBe('go');
});

test('at_the_end_of_the_server_waiters_are_turned_away_and_running_requests_finish', async () => {
  const { service } = liveService();
  service.swap(release(1, 1001));
  const running = leaseOf(service);
  service.gate.set({ kind: 'paused', maxPauseMs: 60_000 });
  const held = service.admit();
  const ended = service.shutDown(5000);
  if (held.kind !== 'wait') throw new Error(held.kind);
  expect(await held.until).toBe('stopped');
  running.end(ok);
  await ended;
});

test('a_request_on_an_open_connection_is_served_to_the_end_of_the_server', async () => {
  const { service } = liveService();
  service.swap(release(1, 1001));
  await service.shutDown(5000);
  expect(leaseOf(service).pick(untried)?.port).toBe(1001);
});
