/** Private images with a whole server, a real engine and a real registry: where a login is used, and where it must not be seen. */

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestServer, type TestServer } from '../commands/server.fixture.ts';
import { confinementLabel } from '../confine/choose.ts';
import { engineSocketPath, openDockerRoom, removeOwned } from '../engine/docker-room.fixture.ts';
import { ours } from '../engine/labels.ts';
import { startRegistry, type TestRegistry } from '../engine/registry.fixture.ts';
import { openTarWriter } from '../sources/tar.ts';
import { putEntry } from '../transfer/put-entry.ts';

setDefaultTimeout(60_000);

const room = await openDockerRoom();
const { docker } = room;
const password = 'reg-5ecret-c41d';
const home = mkdtempSync(join(tmpdir(), 'no-docker-login-'));
let server: TestServer;
let registry: TestRegistry;
let owner: string;

beforeAll(async () => {
  [server, registry] = await Promise.all([startTestServer({ HOME: home }), startRegistry(password)]);
  owner = confinementLabel(server.data);
  await makeWebImage(`${owner}/seed:1`);
  await registry.push(docker, `${owner}/seed:1`, 'team/private', '1');
  // So that only the registry can give it.
  await docker.getImage(`${owner}/seed:1`).remove();
});
afterAll(async () => {
  await server.stop();
  await removeOwned(docker, owner);
  await registry.close();
  await room.close();
  rmSync(home, { recursive: true, force: true });
});

/** A static busybox that serves one page, and nothing else. */
async function makeWebImage(name: string): Promise<void> {
  const tar = await openTarWriter();
  const page = Buffer.from('hello from a private image');
  const busybox = await Bun.file('/bin/busybox').bytes();
  await putEntry(tar, { name: 'www/index.html', type: 'file', size: page.length, mode: 0o644 }, page);
  const program = { name: 'busybox', type: 'file' as const, size: busybox.length, mode: 0o755 };
  const written = putEntry(tar, program, Buffer.from(busybox)).then(() => tar.finalize());
  const [repo, tag] = name.split(':');
  const changes = ['EXPOSE 8080', 'CMD ["/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]'];
  const query = new URLSearchParams({ fromSrc: '-', repo: repo ?? '', tag: tag ?? '' });
  for (const change of changes) query.append('changes', change);
  const answer = await fetch(`http://engine/images/create?${query}`, {
    unix: engineSocketPath,
    method: 'POST',
    body: Buffer.concat((await Promise.all([Array.fromAsync(tar), written]))[0]),
  });
  const words = await answer.text();
  if (!answer.ok || words.includes('"error"')) throw new Error(words);
}

const reference = (tag = '1') => `${registry.host}/team/private:${tag}`;
const deployImage = async (app: string, image: string) => {
  const source = { kind: 'image' as const, reference: image };
  const { id } = await server.control.call('deployments.create', { app, source });
  const lines: string[] = [];
  const deployment = await server.control.stream('deployments.follow', { id }, (event) =>
    lines.push(JSON.stringify(event)),
  );
  return { deployment, lines };
};
const add = (more: { password?: string; app?: string; username?: string } = {}) =>
  server.control.call('registries.add', {
    registry: registry.host,
    username: registry.username,
    password,
    ...more,
  });
/** Gone from the engine, so that the next one has to be pulled again. */
const forget = async () => {
  for (const name of ['web', 'built', 'team']) {
    await server.control.call('apps.remove', { app: name, volumes: true }).catch(() => undefined);
  }
};

test('without_a_login_the_refusal_says_which_registry_wants_one_and_how_to_give_it', async () => {
  const { deployment } = await deployImage('web', reference());
  expect(deployment.failure).toMatchObject({
    message: `${registry.host} gives the image ${reference()} to nobody without a login`,
    hint: expect.stringContaining(`windlass registry add ${registry.host} --user NAME`),
  });
});

test('a_login_that_the_registry_turns_down_is_not_kept', async () => {
  await expect(add({ password: 'wr0ng-5ecret' })).rejects.toMatchObject({
    code: 'forbidden',
    message: `${registry.host} turns down the login of me`,
  });
  await expect(add({ username: 'other' })).rejects.toMatchObject({ code: 'forbidden' });
  expect((await server.control.call('registries.list', {})).logins).toEqual([]);
  const nobody = { registry: '127.0.0.1:1', username: 'me', password };
  await expect(server.control.call('registries.add', nobody)).rejects.toMatchObject({ code: 'unavailable' });
});

test('a_login_of_one_app_pulls_for_that_app_alone', async () => {
  await add({ app: 'web' });
  expect(await server.control.call('registries.check', { registry: registry.host, app: 'web' })).toEqual({
    registry: registry.host,
    username: 'me',
  });
  const { deployment, lines } = await deployImage('web', reference());
  expect(deployment.failure).toBeNull();
  expect(await (await server.get('web')).text()).toBe('hello from a private image');
  expect(lines.join('\n')).not.toContain(password);
  const other = await deployImage('other', reference());
  expect(other.deployment.failure?.message).toContain('to nobody without a login');
});

test('what_is_not_there_and_who_is_not_reached_are_told_apart', async () => {
  await add();
  const missing = await deployImage('web', reference('none'));
  expect(missing.deployment.failure?.message).toContain(`${registry.host} has no such image`);
  const nobody = await deployImage('web', '127.0.0.1:1/team/private:1');
  expect(nobody.deployment.failure?.message).toContain('127.0.0.1:1 could not be reached');
  expect(nobody.deployment.failure?.message).toContain('connection refused');
});

test('builds_and_compose_files_start_from_private_images', async () => {
  await forget();
  const settings = JSON.stringify({ health: { interval: 0.1, watch: 0 } });
  const built = await server.deploy('built', {
    Dockerfile: `FROM ${reference()}\nRUN ["/busybox", "cp", "/www/index.html", "/www/copy"]\n`,
    'windlass.json': settings,
  });
  expect(built.failure).toBeNull();
  expect(await (await server.get('built', '/copy')).text()).toBe('hello from a private image');
  const composed = await server.deploy('team', {
    'compose.yaml': `services:\n  web:\n    image: ${reference()}\n    ports: ["80:8080"]\n`,
    'windlass.json': settings,
  });
  expect(composed.failure).toBeNull();
  await server.control.call('registries.remove', { registry: registry.host });
  const refused = await server.deploy('anew', {
    Dockerfile: `FROM ${reference('other')}\n`,
    'windlass.json': settings,
  });
  expect(refused.failure?.message).toContain(
    `${registry.host} gives an image the build starts from to nobody`,
  );
});

test('the_password_is_in_no_file_no_image_no_container_and_no_answer', async () => {
  const pairs = [password, Buffer.from(`me:${password}`).toString('base64')];
  const found: string[] = [];
  for await (const path of new Bun.Glob('**/*').scan({ cwd: server.data, dot: true })) {
    const text = Buffer.from(await Bun.file(join(server.data, path)).bytes());
    if (pairs.some((each) => text.includes(each))) found.push(path);
  }
  expect(found).toEqual([]);
  const shown = [JSON.stringify(await server.control.call('registries.list', {}))];
  for (const { Id } of await docker.listContainers({ all: true, filters: ours(owner) })) {
    shown.push(JSON.stringify(await docker.getContainer(Id).inspect()));
  }
  for (const { Id } of await docker.listImages()) {
    const image = docker.getImage(Id);
    shown.push(JSON.stringify(await image.inspect().catch(() => '')));
    shown.push(JSON.stringify(await image.history().catch(() => '')));
  }
  for (const each of pairs) expect(shown.join('\n')).not.toContain(each);
});

test('the_verbs_take_the_password_from_stdin_and_show_it_nowhere', async () => {
  const verb = Bun.spawn(
    [
      process.execPath,
      join(import.meta.dir, '../../main.ts'),
      ...['registry', 'add', registry.host, '--user', 'me', '--socket', join(server.data, 'control.sock')],
    ],
    { stdin: Buffer.from(`${password}\n`), stdout: 'pipe', stderr: 'pipe' },
  );
  const [out, err] = await Promise.all([verb.stdout.text(), verb.stderr.text()]);
  expect(err).toBe('');
  expect(out).toBe(`every app logs in to ${registry.host} as me, which it takes\n`);
  expect((await server.cli('registry')).out).toContain(registry.host);
  expect((await server.cli('registry', 'check', registry.host)).out).toContain('takes the login of me');
  expect((await server.cli('registry', 'remove', registry.host)).code).toBe(0);
  expect((await server.cli('registry', 'remove', registry.host)).err).toContain('there is no login for');
});
