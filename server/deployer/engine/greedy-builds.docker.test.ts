/** Image builds that want everything: each ends by its limit, says which it was, and leaves nothing that runs. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { startTestServer, type TestServer, until } from '../commands/server.fixture.ts';
import { confinementLabel } from '../confine/choose.ts';
import { openDockerRoom, removeOwned } from './docker-room.fixture.ts';
import { ours } from './labels.ts';

const room = await openDockerRoom();
const { docker } = room;
let server: TestServer;
let owner: string;

beforeAll(async () => {
  server = await startTestServer();
  owner = confinementLabel(server.data);
});
afterAll(async () => {
  await server.stop();
  await removeOwned(docker, owner);
  await room.close();
});

/** The failure of a build with this step, once nothing of it is there any more. */
async function build(step: string, limits: object = {}) {
  const { failure } = await server.deploy('greedy', {
    Dockerfile: `FROM node:22-slim\nRUN ${step}\n`,
    'windlass.json': JSON.stringify({ build: limits }),
  });
  await until(async () => (await docker.listContainers({ all: true, filters: ours(owner) })).length === 0);
  return failure;
}

test('a_fork_bomb_in_a_build_ends_by_the_limit_of_processes', async () => {
  const failure = await build('bomb() { bomb | bomb & }; bomb; sleep 3600');
  expect(failure).toMatchObject({
    phase: 'building',
    message: expect.stringMatching(/^the build started too many processes: \d+ at once/),
  });
}, 60_000);

test('a_build_that_fills_the_disk_ends_by_the_limit_of_bytes', async () => {
  const failure = await build('while :; do dd if=/dev/zero bs=1M count=20 >> /filler; sleep 0.1; done', {
    disk: '100m',
  });
  expect(failure).toMatchObject({ phase: 'building', message: 'the build wrote more than 100 MB' });
}, 60_000);

test('a_build_that_wants_all_memory_ends_by_the_limit_with_its_figure', async () => {
  const greedy = `node -e 'const all = []; for (;;) all.push(Buffer.alloc(5e7, 1))'`;
  const failure = await build(greedy, { memory: '300m' });
  expect(failure).toMatchObject({ phase: 'building', message: 'the build ran out of memory at 300 MB' });
}, 60_000);
