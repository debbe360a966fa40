/** Requests go to a container's own address, and to no other's: with a real engine whose containers people handle. */

import { afterAll, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Shortcut } from '../../../shared/proxy/backend.ts';
import { createDockerRuntime } from '../runtimes/docker.ts';
import { newSpec, until } from '../runtimes/runtime.conformance.ts';
import type { LaunchPlan, RunningInstance } from '../runtimes/runtime.ts';
import { containerName, networkName } from './container-options.ts';
import { keptLog, openDockerRoom } from './docker-room.fixture.ts';

const room = await openDockerRoom();
const { docker, engine, folder } = room;
afterAll(() => room.close());

const { Id: image } = await docker.getImage('node:22-slim').inspect();
const saying = (word: string): LaunchPlan => ({
  kind: 'container',
  image,
  port: null,
  argv: [
    'node',
    '-e',
    `require('node:http').createServer((_, res) => res.end('${word}')).listen(process.env.PORT, '0.0.0.0')`,
  ],
});
const outputOf = (id: string) => join(folder, `${id}.out`);
const runtimeOn = () =>
  createDockerRuntime({
    engine,
    log: keptLog(room.logged),
    outputOf,
    secretsFolder: join(folder, 'secrets'),
  });
const runtime = runtimeOn();

/** Everything that was said of where the instance can be reached, the newest last. */
function heard(instance: RunningInstance): (Shortcut | null)[] {
  const said: (Shortcut | null)[] = [];
  instance.onShortcut?.((shortcut) => said.push(shortcut));
  return said;
}
const askAt = async ({ host, port }: Shortcut) => (await fetch(`http://${host}:${port}/`)).text();
/** The word at the newest address, once it is open and answers. */
const wordAt = (said: (Shortcut | null)[]) =>
  until(async () => {
    const now = said.at(-1);
    return now?.open ? askAt(now).catch(() => '') : '';
  }, 5000);

const start = async (word: string) => {
  const spec = await newSpec({ folder }, saying(word));
  const instance = await runtime.start(spec, outputOf(spec.id));
  const container = docker.getContainer(containerName(engine.owner, spec.id));
  return { spec, instance, container, said: heard(instance) };
};

/** The engine's own process that carries bytes to a published port. */
function proxyOf(port: number): number | null {
  const found = readdirSync('/proc').find((pid) => {
    try {
      const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return argv[0]?.endsWith('docker-proxy') && argv[argv.indexOf('-host-port') + 1] === String(port);
    } catch {
      return false;
    }
  });
  return found === undefined ? null : Number(found);
}

test('a_container_is_reached_at_its_own_address_with_nothing_of_the_engine_in_between', async () => {
  const { spec, instance, said } = await start('direct');
  expect(await wordAt(said)).toBe('direct');
  expect(said.at(-1)?.host).toMatch(/^(?!127\.)\d+\./);
  const proxy = proxyOf(spec.port);
  if (proxy !== null) process.kill(proxy, 'SIGKILL');
  expect(await askAt(said.at(-1) as Shortcut)).toBe('direct');
  await instance.stop(0);
  expect(said.at(-1)).toBeNull();
});

test('an_address_is_let_go_of_before_the_container_that_took_it_over_can_answer_there', async () => {
  const first = await start('first');
  await wordAt(first.said);
  const address = first.said.at(-1) as Shortcut;
  const network = networkName(engine.owner, first.spec);
  // Somebody else's, put there by hand the moment the first one ends.
  const { Id } = await docker
    .createContainer({
      Image: image,
      Cmd: [
        'node',
        '-e',
        `require('node:http').createServer((_, res) => res.end('stranger')).listen(${address.port})`,
      ],
      HostConfig: { NetworkMode: network },
    })
    .then(({ id }) => ({ Id: id }));
  try {
    const strange = docker.getContainer(Id);
    await first.container.kill();
    await strange.start();
    await until(async () => (await askAt(address).catch(() => '')) === 'stranger', 5000);
    expect(first.said.at(-1)).toBeNull();
    await first.instance.exited;
  } finally {
    await docker.getContainer(Id).remove({ force: true });
  }
});

test('containers_that_swapped_addresses_while_the_server_was_away_are_found_where_they_are', async () => {
  const a = await start('a');
  const b = await start('b');
  await Promise.all([wordAt(a.said), wordAt(b.said)]);
  const before = [a, b].map(({ said }) => said.at(-1)?.host);
  const away = runtimeOn();
  const network = docker.getNetwork(networkName(engine.owner, a.spec));
  for (const { container } of [a, b]) await network.disconnect({ Container: container.id });
  expect([a.said.at(-1), b.said.at(-1)]).toEqual([null, null]);
  for (const { container } of [b, a]) await network.connect({ Container: container.id });
  // Whoever stayed and whoever comes back: each finds the right one.
  const found = await Promise.all(
    [a, b].map(async ({ spec, instance }) =>
      heard((await away.adopt(spec, instance.handle)) as RunningInstance),
    ),
  );
  const words = await Promise.all([a.said, b.said, ...found].map(wordAt));
  expect(words).toEqual(['a', 'b', 'a', 'b']);
  expect([a, b].map(({ said }) => said.at(-1)?.host)).toEqual(before.toReversed());
  await Promise.all([a, b].map(({ instance }) => instance.stop(0)));
});

test('a_container_restarted_by_hand_is_reached_where_it_is_afterwards_or_is_over', async () => {
  const { instance, container, said } = await start('again');
  await wordAt(said);
  await container.restart({ t: 0 }).catch(() => undefined);
  const over = instance.exited.then(() => 'over');
  expect(['again', 'over']).toContain(await Promise.race([wordAt(said), over]));
  expect(said).toContain(null);
  await instance.stop(0);
});

test('while_another_container_of_the_network_starts_no_address_of_it_is_open', async () => {
  const first = await start('first');
  await wordAt(first.said);
  first.said.length = 0;
  const second = await start('second');
  await wordAt(first.said);
  expect(first.said.map((now) => now?.open)).toEqual([false, true]);
  await Promise.all([first, second].map(({ instance }) => instance.stop(0)));
});
