import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildRoom, groupSize, openBuildRoom } from './build-room.fixture.ts';

const example = (name: string): string => new URL(`../../../examples/${name}`, import.meta.url).pathname;

let room: BuildRoom;
beforeAll(async () => {
  room = await openBuildRoom();
});
afterAll(() => room.close(), 60_000);

test('the_machine_of_these_tests_has_no_node', () => {
  for (const program of ['node', 'npm', 'bun', 'yarn']) {
    expect(Bun.which(program, { PATH: room.machine.PATH ?? '' })).toBeNull();
  }
});

test('hello_builds_and_answers_as_one_process', async () => {
  const built = await room.build(example('hello'));
  expect(built.preset).toBe('node');
  expect(built.launch).toEqual({
    kind: 'process',
    argv: ['bun', '--no-install', './server.js'],
    cwd: '.',
    javascript: { kind: 'builtin' },
    writable: [],
  });
  const app = await room.start(built, { WINDLASS_APP: 'greeter', WINDLASS_RELEASE: '7' });
  const page = await (await fetch(app.origin)).text();
  expect(page).toContain('Served by Windlass');
  expect(page).toContain('greeter');
  expect(page).toMatch(/class="release">7</);
  expect(page).not.toMatch(/(src|href)="https?:/);
  expect(await (await fetch(`${app.origin}/api/hello`)).json()).toMatchObject({
    app: 'greeter',
    release: '7',
  });
  expect((await fetch(`${app.origin}/nope`)).status).toBe(404);
  expect(await groupSize(app.pid)).toBe(1);
  await app.stop();
}, 60_000);

test('express_builds_and_answers_as_one_process', async () => {
  const built = await room.build(example('express'));
  expect(built.preset).toBe('node');
  const app = await room.start(built, { WINDLASS_RELEASE: '3' });
  expect(await (await fetch(app.origin)).text()).toContain('Notes');
  expect(await (await fetch(`${app.origin}/api/notes`)).json()).toMatchObject({ release: '3' });
  const posted = await fetch(`${app.origin}/api/notes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"text":"hi"}',
  });
  expect(posted.status).toBe(201);
  expect(await groupSize(app.pid)).toBe(1);
  await app.stop();
}, 60_000);

test('a_plain_folder_becomes_a_folder_that_is_served_and_nothing_else_is_in_it', async () => {
  const built = await room.build(example('static'));
  expect(built).toMatchObject({ preset: 'static', launch: { kind: 'static', root: '.', spa: false } });
  expect((await readdir(room.artefacts.path(built.digest))).sort()).toEqual([
    '404.html',
    'index.html',
    'style.css',
  ]);
});

test('vite_react_becomes_a_folder_for_one_page', async () => {
  const built = await room.build(example('vite-react'));
  expect(built).toMatchObject({ preset: 'vite', launch: { kind: 'static', root: '.', spa: true } });
  const folder = room.artefacts.path(built.digest);
  expect(await readFile(join(folder, 'index.html'), 'utf8')).toContain('/assets/');
  expect((await readdir(folder)).sort()).toEqual(['assets', 'index.html']);
}, 120_000);

test('nextjs_builds_and_answers_on_loopback_as_one_process', async () => {
  const built = await room.build(example('nextjs'));
  expect(built).toMatchObject({ preset: 'nextjs', launch: { writable: ['.next/cache'] } });
  const app = await room.start(built, { WINDLASS_RELEASE: '12' });
  expect((await (await fetch(app.origin)).text()).replaceAll('<!-- -->', '')).toContain('Release <b>12</b>');
  expect(await (await fetch(`${app.origin}/api/hello`)).json()).toEqual({ hello: 'world', release: '12' });
  expect(await groupSize(app.pid)).toBe(1);
  const listening = await readFile('/proc/net/tcp', 'utf8');
  const port = Number(new URL(app.origin).port).toString(16).toUpperCase().padStart(4, '0');
  expect(listening).toContain(`0100007F:${port}`);
  expect(listening).not.toContain(`00000000:${port}`);
  expect((await stat(join(room.artefacts.path(built.digest), '.next/cache'))).mode & 0o777).toBe(0o777);
  await app.stop();
}, 240_000);
