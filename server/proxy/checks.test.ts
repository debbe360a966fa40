import { expect, test } from 'bun:test';
import type { Backend } from '../../shared/proxy/backend.ts';
import { systemClock } from '../kernel/clock.ts';
import { proxyChecks } from './checks.ts';
import { flowing, type GateState } from './gate.ts';
import { TurnedAway } from './requests/turned-away.ts';
import { Services } from './services.ts';

const backend: Backend = {
  kind: 'instances',
  release: 1,
  targets: [
    { id: 'a', host: '127.0.0.1', port: 1 },
    { id: 'b', host: '127.0.0.1', port: 2 },
  ],
};

function doctor(gate: GateState, dropped = 0, port: number | null = 80, turnedAway = new TurnedAway()) {
  const services = new Services({
    clock: systemClock,
    reprobeMs: 60_000,
    answers: async () => false,
    onHealth: () => {},
    onTargetGone: () => {},
  });
  services.sync([
    {
      key: 'shop/production',
      givenHost: 'shop.test',
      backend,
      gate,
      asleep: false,
      healthPath: '',
      routes: [],
    },
  ]);
  const checks = proxyChecks({
    services,
    turnedAway,
    spread: { forwarding: 1, most: 1 },
    telemetry: {
      define: () => {},
      append: () => {},
      query: async () => [],
      flush: async () => {},
      counts: { taken: 9, written: 9 - dropped, dropped },
      close: async () => {},
    },
    hostname: '0.0.0.0',
    wantedPort: 80,
    port: () => port,
  });
  const states = async () =>
    (
      await Promise.all(
        checks.map(async (check) => (await check.run()).map(({ state }) => `${check.name}: ${state}`)),
      )
    ).flat();
  const messages = async (name: string) =>
    (await checks.find((check) => check.name === name)?.run())?.map(({ message }) => message);
  return { services, states, messages };
}

test('a_proxy_in_order_has_nothing_to_warn_of', async () => {
  expect(await doctor(flowing).states()).toEqual(['proxy listener: ok', 'cores: ok', 'access log: ok']);
});

test('it_is_told_on_how_many_cores_requests_are_forwarded', async () => {
  expect(await doctor(flowing).messages('cores')).toEqual(['forwarding on 2 cores']);
});

test('a_closed_port_dropped_lines_and_a_pause_are_told', async () => {
  const turnedAway = new TurnedAway();
  turnedAway.note('slow-head');
  expect(await doctor({ kind: 'paused', maxPauseMs: 1000 }, 2, null, turnedAway).states()).toEqual([
    'proxy listener: failing',
    'cores: ok',
    'held traffic: warning',
    'turned away: ok',
    'access log: warning',
  ]);
});

test('silent_instances_warn_and_fail_when_none_is_left', async () => {
  const { services, states } = doctor(flowing);
  const admission = services.get('shop/production')?.admit();
  if (admission?.kind !== 'go') throw new Error('not admitted');
  const tried = new Set<string>();
  for (const expected of ['proxy targets: warning', 'proxy targets: failing']) {
    const target = admission.lease.pick(tried);
    if (target === null) throw new Error('no target');
    admission.lease.failed(target);
    tried.add(target.id);
    expect(await states()).toContain(expected);
  }
  admission.lease.end({ status: 502, byProxy: true });
  await services.shutDown(0);
});
