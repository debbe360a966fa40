/** Requests whose app went away under them: held, answered by what follows, or refused after a moment. */

import { afterEach, expect, test } from 'bun:test';
import type { Backend, Target } from '../../shared/proxy/backend.ts';
import { systemClock } from '../kernel/clock.ts';
import { Gate } from './gate.ts';
import { LiveService } from './live-service.ts';
import { answering, get, ok, type Rig, startApps, until } from './rig.ts';
import { SecondWind } from './second-wind.ts';

const { app, rig, close } = startApps();
afterEach(close);

/** A rig whose app dies at every request, and which holds. */
function dying(targets: Target[] = []): { rig: Rig; wind: SecondWind } {
  const dies = app((end) => end.reset(), 'dying');
  const started = rig({ targets: [dies.target, ...targets] });
  const wind = new SecondWind();
  started.service.held = wind;
  return { rig: started, wind };
}
const swap = (started: Rig, ...targets: Target[]) => {
  started.service.backend = { kind: 'instances', release: 8, targets };
};
const missed = (started: Rig) => until('the failure', () => started.service.failed.length > 0);

test('a_request_whose_app_died_is_answered_by_the_backend_that_follows', async () => {
  const { rig: started, wind } = dying();
  const fine = app(answering(ok('fine')), 'fine');
  const asked = await started.ask(get());
  await missed(started);
  expect(asked.text).toBe('');
  swap(started, fine.target);
  wind.back();
  expect(await asked.sees('fine')).toStartWith('HTTP/1.1 200 ');
  // A failure to the release that died, though the visitor saw none; one line in the log.
  expect(started.service.outcomes.map(({ status }) => status)).toEqual([502, 200]);
  expect(started.log.map(({ status, release, target }) => [status, release, target])).toEqual([
    [200, 8, 'fine'],
  ]);
  expect(started.service.open).toBe(0);
});

test('what_dies_again_is_a_502_and_is_given_to_no_third', async () => {
  const { rig: started, wind } = dying();
  const asked = await started.ask(get());
  await missed(started);
  const worse = app((end) => end.reset(), 'worse');
  const third = app(answering(ok('third')), 'third');
  swap(started, worse.target, third.target);
  wind.back();
  expect(await asked.sees('502')).toStartWith('HTTP/1.1 502 ');
  expect(third.connections).toHaveLength(0);
  expect(worse.connections).toHaveLength(1);
  expect(started.log.map(({ status }) => status)).toEqual([502]);
  expect(started.service.open).toBe(0);
});

test('what_has_a_body_or_changes_something_is_not_held', async () => {
  for (const head of ['POST / HTTP/1.1\r\n', 'PUT / HTTP/1.1\r\nContent-Length: 3\r\n']) {
    const { rig: started } = dying();
    const asked = await started.ask(`${head}Host: app.test\r\n\r\n${head.startsWith('PUT') ? 'END' : ''}`);
    expect(await asked.sees('502')).toStartWith('HTTP/1.1 502 ');
    expect(started.service.asked).toBe(1);
  }
});

test('nothing_is_held_for_longer_than_a_second_nor_after_it_until_something_is_back', async () => {
  const { rig: started, wind } = dying();
  const began = performance.now();
  const asked = await started.ask(get());
  expect(await asked.sees('502')).toStartWith('HTTP/1.1 502 ');
  expect(performance.now() - began).toBeWithin(900, 3000);
  expect(wind.hold()).toBeNull();
  expect(await (await started.ask(get())).sees('502')).toStartWith('HTTP/1.1 502 ');
  expect(started.service.asked).toBe(3);
  wind.back();
  expect(wind.hold()).not.toBeNull();
  wind.back();
});

test('a_visitor_who_leaves_while_held_gives_the_place_and_the_lease_back', async () => {
  const { rig: started, wind } = dying();
  const asked = await started.ask(get());
  await missed(started);
  asked.reset();
  await until('the end', () => started.log.length === 1);
  wind.back();
  expect(started.log.map(({ status }) => status)).toEqual([499]);
  expect([started.service.open, started.service.asked]).toEqual([0, 1]);
});

test('only_so_many_are_held', () => {
  const wind = new SecondWind();
  const holds = Array.from({ length: 1000 }, () => wind.hold());
  expect(holds.every((hold) => hold !== null)).toBe(true);
  expect(wind.hold()).toBeNull();
  holds[0]?.leave();
  expect(wind.hold()).not.toBeNull();
  wind.back();
});

test('a_service_lets_them_go_on_with_a_swap_and_with_the_first_answer', async () => {
  const backend = (release: number): Backend => ({
    kind: 'instances',
    release,
    targets: [{ id: 'a', host: '127.0.0.1', port: 1 }],
  });
  const service = new LiveService({
    bed: new Gate(systemClock),
    onWake: () => {},
    key: 'shop/production',
    gate: new Gate(systemClock),
    reprobeMs: 60_000,
    answers: async () => false,
    onHealth: () => {},
    onTargetGone: () => {},
  });
  const lease = () => {
    const admission = service.admit();
    if (admission.kind !== 'go') throw new Error(admission.kind);
    return admission.lease;
  };
  service.swap(backend(1));
  const first = lease();
  const target = first.pick(new Set());
  if (target === null) throw new Error('no target');
  first.failed(target);
  const answered = service.hold(first);
  expect(answered).not.toBeNull();
  lease().answered(target);
  await answered?.until;
  const swapped = service.hold(first);
  service.swap(backend(2));
  await swapped?.until;
  // What was asked of a backend that is gone need not wait at all.
  await service.hold(first)?.until;
  service.swap(null);
});
