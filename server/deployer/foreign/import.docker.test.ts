/** A container that somebody started by hand becomes an app with its data, and stays as it was. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { startTestServer, type TestServer } from '../commands/server.fixture.ts';
import { confinementLabel } from '../confine/choose.ts';
import { openDockerRoom, removeOwned } from '../engine/docker-room.fixture.ts';

const room = await openDockerRoom();
const { docker } = room;
const name = `wiki-${process.pid}`;
let server: TestServer;
let owner: string;

beforeAll(async () => {
  server = await startTestServer();
  owner = confinementLabel(server.data);
});
afterAll(async () => {
  await docker
    .getContainer(name)
    .remove({ force: true })
    .catch(() => undefined);
  await docker
    .getVolume(`${name}_data`)
    .remove()
    .catch(() => undefined);
  await server.stop();
  await removeOwned(docker, owner);
  await room.close();
});

const secret = 'w1ki-5ecret-$42';
const script = `const { readFileSync } = require('node:fs');
require('node:http').createServer((_, res) => res.end(readFileSync('/data/pages', 'utf8') + process.env.TOKEN)).listen(8000);`;

test('a_container_is_imported_with_its_data_and_stays_byte_for_byte', async () => {
  const container = await docker.createContainer({
    name,
    Image: 'node:22-slim',
    Cmd: ['node', '-e', `require('node:fs').writeFileSync('/data/pages', 'kept '); ${script}`],
    Env: [`TOKEN=${secret}`],
    ExposedPorts: { '8000/tcp': {} },
    HostConfig: { Mounts: [{ Type: 'volume', Source: `${name}_data`, Target: '/data' }] },
  });
  await container.start();
  const printed = await server.cli('import', name, '--print');
  expect(printed.code).toBe(0);
  expect(printed.out).toContain('image: node:22-slim');
  expect(printed.out).not.toContain(secret);
  const before = await container.inspect();

  const { out, err, code } = await server.cli('import', name, '--as', 'wiki', '--with-volumes');
  expect(`${out}${err}`).not.toContain(secret);
  expect(`${code} ${err}`).toStartWith('0 ');
  expect(err).toContain('it ran while its volumes were copied');
  expect(await (await server.get('wiki')).text()).toBe(`kept ${secret}`);
  expect(await container.inspect()).toEqual(before);
  const again = await server.cli('import', name, '--as', 'wiki');
  expect(again.err).toContain('there is an app called wiki already');
}, 90_000);

test('containers_of_a_windlass_are_not_listed_and_not_imported', async () => {
  const { containers } = await server.control.call('containers.list', {});
  expect(containers.map((each) => each.name)).toContain(name);
  expect(containers.every((each) => !each.name.startsWith('windlass-'))).toBe(true);
  const { environments } = await server.control.call('apps.get', { app: 'wiki' });
  const own = `${owner}-${environments[0]?.instances[0]?.id}`;
  const refused = server.control.call('containers.import', { container: own, app: 'again' });
  await expect(refused).rejects.toMatchObject({ code: 'conflict' });
}, 60_000);
