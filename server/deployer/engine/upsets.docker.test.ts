/** What people do to an engine behind our back: images deleted, containers killed, a second server beside the first. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { startTestServer, type TestServer, until } from '../commands/server.fixture.ts';
import { confinementLabel } from '../confine/choose.ts';
import { openDockerRoom, removeOwned } from './docker-room.fixture.ts';
import { ours } from './labels.ts';

const room = await openDockerRoom();
const { docker } = room;
let servers: TestServer[];
let owners: string[];

beforeAll(async () => {
  servers = [await startTestServer(), await startTestServer()];
  owners = servers.map(({ data }) => confinementLabel(data));
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  for (const owner of owners) await removeOwned(docker, owner);
  await room.close();
});

const script = `const server = require('node:http').createServer((_, res) => res.end(process.env.WHO + process.env.WINDLASS_RELEASE));
server.listen(process.env.PORT, '0.0.0.0');
process.on('SIGTERM', () => server.close(() => process.exit(0)));`;
const app = (mark: string) => ({
  Dockerfile: `FROM node:22-slim\nCOPY . .\nENV WHO=${mark}\nCMD ["node", "server.js"]\n`,
  'server.js': script,
  mark,
  'windlass.json': JSON.stringify({
    health: { interval: 0.1, watch: 0 },
    volumes: [{ name: 'data', path: '/data' }],
  }),
});
const at = (index: number) => servers[index] as TestServer;
const body = async (index: number) => (await at(index).get('shop')).text();
/** Everything in the engine that carries the server's label, with what tells one state of it from another. */
const holdings = async (index: number) => {
  const filters = ours(owners[index] as string);
  const [containers, images, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listImages(),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return [
    ...containers.map(({ Id, State }) => `${Id} ${State}`),
    ...images.flatMap(({ Id, RepoTags }) =>
      (RepoTags ?? []).filter((tag) => tag.startsWith(owners[index] as string)).map((tag) => `${Id} ${tag}`),
    ),
    ...networks.map(({ Id }) => Id),
    ...(volumes.Volumes ?? []).map(({ Name }) => Name),
  ].sort();
};

test('two_servers_with_apps_of_one_name_on_one_engine_never_touch_each_other', async () => {
  expect((await at(0).deploy('shop', app('a'))).failure).toBeNull();
  expect((await at(1).deploy('shop', app('b'))).failure).toBeNull();
  const before = await holdings(1);
  expect(before.length).toBeGreaterThanOrEqual(4);
  for (let round = 0; round < 2; round++) await at(0).deploy('shop', app(`a${round}`));
  await at(0).control.call('releases.rollback', { app: 'shop' });
  await at(0).restart('SIGKILL');
  await at(0).restart('SIGTERM');
  expect(await holdings(1)).toEqual(before);
  await at(0).control.call('disk.sweep', {});
  await at(0).control.call('apps.remove', { app: 'shop', volumes: true });
  expect(await holdings(0)).toEqual([]);
  expect(await holdings(1)).toEqual(before);
  expect(await body(1)).toBe('b1');
}, 120_000);

test('an_image_that_lost_its_name_is_held_again_within_5_seconds', async () => {
  const [container] = await docker.listContainers({ filters: ours(owners[1] as string, 'shop') });
  const tag = async () =>
    (await docker.getImage(container?.ImageID ?? '').inspect()).RepoTags?.find((name) =>
      name.startsWith(owners[1] as string),
    );
  const name = await tag();
  await docker.getImage(name ?? '').remove({ force: true });
  await until(async () => (await tag()) === name, 5000);
  expect(await body(1)).toBe('b1');
  // It can be started again.
  await docker.getContainer(container?.Id ?? '').kill();
  await until(async () => (await body(1).catch(() => '')) === 'b1', 10_000);
}, 60_000);

test('an_image_that_was_deleted_is_told_and_its_release_is_not_offered_any_more', async () => {
  expect((await at(1).deploy('shop', app('c'))).failure).toBeNull();
  const own = { all: true, filters: ours(owners[1] as string, 'shop') };
  // As long as a container is left of it, the engine keeps the image of the release before.
  await until(async () => (await docker.listContainers(own)).length === 1);
  const { releases } = await at(1).control.call('releases.list', { app: 'shop' });
  expect(releases.map(({ state }) => state)).toEqual(['live', 'cold']);
  const names = (await docker.listImages())
    .flatMap(({ RepoTags }) => RepoTags ?? [])
    .filter((tag) => tag.startsWith(owners[1] as string));
  const live = (await docker.listContainers(own))[0]?.ImageID;
  for (const name of names) {
    const image = docker.getImage(name);
    if ((await image.inspect()).Id !== live) await image.remove({ force: true });
  }
  await until(async () => {
    const now = await at(1).control.call('releases.list', { app: 'shop' });
    return now.releases.some(({ state }) => state === 'pruned');
  }, 5000);
  const back = at(1).control.call('releases.rollback', { app: 'shop' });
  await expect(back).rejects.toMatchObject({ code: 'not-found' });
  expect(await body(1)).toBe('c2');
}, 60_000);
