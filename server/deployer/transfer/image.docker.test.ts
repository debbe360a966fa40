/** An app that is an image, as one file, from one server to another on the same engine: each keeps what is its own. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { startTestServer, type TestServer } from '../commands/server.fixture.ts';
import { confinementLabel } from '../confine/choose.ts';
import { openDockerRoom, removeOwned } from '../engine/docker-room.fixture.ts';
import { ours } from '../engine/labels.ts';

const room = await openDockerRoom();
const { docker } = room;
const folder = mkdtempSync(join(tmpdir(), 'transfer-image-'));
const file = join(folder, 'shop.windlass');
const secret = 'hunter2-very-secret';
let here: TestServer;
let there: TestServer;
let without: TestServer;

beforeAll(async () => {
  [here, there, without] = await Promise.all([
    startTestServer(),
    startTestServer(),
    startTestServer({ DOCKER_HOST: `unix://${join(folder, 'none.sock')}` }),
  ]);
}, 30_000);
afterAll(async () => {
  for (const server of [here, there, without]) {
    await server.stop();
    await removeOwned(docker, confinementLabel(server.data));
  }
  rmSync(folder, { recursive: true, force: true });
  await room.close();
});

const serverJs = `const fs = require('node:fs');
const own = '/data/note';
if (!fs.existsSync(own)) fs.writeFileSync(own, 'made in ' + process.env.WINDLASS_APP);
require('node:http').createServer((_, res) => res.end(JSON.stringify({
  key: process.env.API_KEY ?? null, note: fs.readFileSync(own, 'utf8'),
  user: fs.statSync(own).uid, me: process.getuid() }))).listen(process.env.PORT);`;
const files = {
  Dockerfile: `FROM node:22-slim
WORKDIR /app
COPY server.js .
RUN mkdir /data && chown node /data
USER node
CMD ["node", "server.js"]
`,
  'server.js': serverJs,
  'windlass.json': JSON.stringify({
    health: { interval: 0.1, watch: 0 },
    volumes: [{ name: 'db', path: '/data' }],
  }),
};

/** Who holds which image, and every volume. */
const held = async (owner: string) => ({
  images: (await docker.listImages())
    .filter(({ RepoTags }) => (RepoTags ?? []).some((tag) => tag.startsWith(`${owner}/`)))
    .map(({ Id }) => Id),
  volumes: ((await docker.listVolumes({ filters: ours(owner) })).Volumes ?? []).map(({ Name }) => Name),
});

test('an_image_travels_with_its_volumes_and_takes_no_name_from_anybody', async () => {
  await here.control.call('env.set', { app: 'shop', set: { API_KEY: secret } });
  expect((await here.deploy('shop', files)).failure).toBeNull();
  expect(await (await here.get('shop')).json()).toMatchObject({ key: secret, note: 'made in shop' });
  const names = async () =>
    (await docker.listImages())
      .flatMap(({ Id, RepoTags }) => (RepoTags ?? []).map((tag) => `${tag} ${Id}`))
      .filter((line) => !line.startsWith(confinementLabel(there.data)))
      .sort();
  const before = { names: await names(), held: await held(confinementLabel(here.data)) };

  const written = await here.cli('export', 'shop', file, '--volumes');
  expect(written.err).toBe('');
  expect(written.out).toContain('1 variable without their values, 1 volume');
  expect(gunzipSync(readFileSync(file)).includes(secret)).toBe(false);
  expect(existsSync(join(here.data, 'builds')) ? readdirSync(join(here.data, 'builds')) : []).toEqual([]);

  // The other server brings the image from the file, not from what it finds in the engine.
  const read = await there.cli('import', file, '--as', 'moved');
  expect(`${read.code} ${read.err}`).toStartWith('0 ');
  expect(read.err).toContain('without values: API_KEY');
  const page = await (await there.get('moved')).json();
  expect(page).toEqual({ key: null, note: 'made in shop', user: 1000, me: 1000 });

  expect(await names()).toEqual(before.names);
  expect(await held(confinementLabel(here.data))).toEqual(before.held);
  const theirs = await held(confinementLabel(there.data));
  expect(theirs.images).toHaveLength(1);
  expect(theirs.volumes).toEqual([`${confinementLabel(there.data)}-moved.production.db`]);
  const left = await docker.listContainers({ all: true, filters: ours(confinementLabel(there.data)) });
  expect(left.map(({ State }) => State)).toEqual(['running']);
  expect(await (await here.get('shop')).json()).toMatchObject({ key: secret });
}, 120_000);

test('the_file_alone_brings_the_image_to_an_engine_that_has_lost_it', async () => {
  const label = confinementLabel(here.data);
  await here.control.call('apps.remove', { app: 'shop', volumes: true });
  await there.control.call('apps.remove', { app: 'moved', volumes: true });
  await removeOwned(docker, label);
  await removeOwned(docker, confinementLabel(there.data));
  expect((await held(label)).images).toEqual([]);
  const read = await there.cli('import', file, '--as', 'back');
  expect(`${read.code} ${read.err}`).toStartWith('0 ');
  expect(await (await there.get('back')).json()).toMatchObject({ note: 'made in shop' });
}, 90_000);

test('a_server_without_an_engine_refuses_before_anything_changes', async () => {
  const { code, err } = await without.cli('import', file);
  expect(code).not.toBe(0);
  expect(err).toContain('shop is a container image, and no Docker answers here');
  expect(err).toContain('start Docker on this server');
  expect((await without.control.call('apps.list', {})).apps).toEqual([]);
  expect(readdirSync(join(without.data, 'builds'))).toEqual([]);
}, 30_000);

test('a_taken_name_and_a_kept_volume_are_refused', async () => {
  const taken = await there.cli('import', file, '--as', 'back');
  expect(taken.err).toContain('there is an app called back already');
  await there.control.call('apps.remove', { app: 'back', volumes: false });
  const kept = await there.cli('import', file, '--as', 'back');
  expect(kept.err).toMatch(/there is a volume \S+-back\.production\.db already/);
  expect((await there.control.call('apps.list', {})).apps).toEqual([]);
}, 60_000);
