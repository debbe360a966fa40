/** Deploying from the command line: sending, following, and every way it can end. */

import { afterEach, describe, expect, test } from 'bun:test';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Handlers } from '../kernel/feature.ts';
import { aDeployment, built, entered, type StubServer, stubServer } from './testing/stub-server.ts';

let server: StubServer;
afterEach(() => server.close());

const events = [
  entered('queued'),
  entered('building', 'found package.json'),
  built('installing'),
  built('\x1b[2J\rdone'),
  entered('switching'),
  entered('watching'),
];

async function serverWith(handlers: Handlers = {}) {
  let body = new Uint8Array();
  let source: unknown;
  server = await stubServer({
    'uploads.create': async (_, context) => {
      body = new Uint8Array(await new Response(context.body).arrayBuffer());
      return { upload: 'u1', bytes: body.byteLength, sha256: '' };
    },
    'deployments.create': (params) => {
      source = params.source;
      return aDeployment({ phase: 'queued' });
    },
    'deployments.follow': async (_, { emit }) => {
      for (const event of events) emit(event);
      return aDeployment();
    },
    ...handlers,
  });
  const folder = join(server.folder, 'shop');
  await mkdir(folder);
  await Bun.write(join(folder, 'index.html'), '<h1>shop</h1>');
  await Bun.write(join(folder, 'secret.txt'), 'left behind');
  await Bun.write(join(folder, '.windlassignore'), 'secret.txt\n');
  return { folder, sent: () => body, source: () => source };
}

describe('in a pipe', () => {
  test('a_folder_is_packed_without_what_is_ignored_and_the_lines_are_plain', async () => {
    const { folder, sent, source } = await serverWith();
    const { out, code } = await server.run(['deploy', 'shop'], { cwd: folder });
    expect(code).toBe(0);
    const tar = Buffer.from(Bun.gunzipSync(Buffer.from(sent()))).toString('latin1');
    expect(tar).toContain('index.html');
    expect(tar).not.toContain('left behind');
    expect(source()).toEqual({ kind: 'upload', upload: 'u1', from: 'shop' });
    expect(out).toContain(`deploying shop from ${folder}\n`);
    expect(out).toContain('  installing\n  done\n');
    expect(out).toContain('shop is live: release 3 in 4.2 s\n  http://shop.localhost:8080\n');
    expect(out).toContain('windlass rollback shop\n');
    expect(out).not.toContain('\x1b');
    expect(out).not.toContain('\r');
  });
  test('json_is_the_deployment_and_nothing_else', async () => {
    const { folder } = await serverWith();
    const { out } = await server.run(['deploy', 'shop', '--json'], { cwd: folder });
    expect(JSON.parse(out)).toEqual(aDeployment());
  });
  test('detached_it_returns_once_it_is_queued', async () => {
    const { folder } = await serverWith({ 'deployments.follow': () => Promise.reject(new Error('asked')) });
    const { out, code } = await server.run(['deploy', 'shop', '-d'], { cwd: folder });
    expect(code).toBe(0);
    expect(out).toContain('queued d1');
  });
  test('a_failed_one_shows_the_last_lines_then_the_reason_and_who_keeps_serving', async () => {
    const failure = {
      phase: 'checking' as const,
      message: 'the process ended with exit code 1',
      logTail: ['Error: no database', '\x1b[31m    at main.js:3'],
    };
    const { folder } = await serverWith({
      'deployments.follow': async () => aDeployment({ phase: 'failed', failure, release: 3 }),
    });
    const { err, code } = await server.run(['deploy', 'shop'], { cwd: folder });
    expect(code).toBe(1);
    expect(err).toContain('last lines:\n  Error: no database\n      at main.js:3\n');
    expect(err).toEndWith(
      'error: shop failed while checking: the process ended with exit code 1. `windlass logs shop` has the whole log. Release 2 keeps serving.\n',
    );
    const json = await server.run(['deploy', 'shop', '--json'], { cwd: folder });
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out).phase).toBe('failed');
  });
  test('one_that_is_watched_to_the_end_and_rolled_back_is_a_failure', async () => {
    let toEnd = false;
    const { folder } = await serverWith({
      'deployments.follow': async (params) => {
        toEnd = params.toEnd;
        const failure = { phase: 'watching' as const, message: 'three probes failed', logTail: [] };
        return aDeployment({ phase: 'rolled-back', failure });
      },
    });
    const { err, code } = await server.run(['deploy', 'shop', '--wait'], { cwd: folder });
    expect({ code, toEnd }).toEqual({ code: 1, toEnd: true });
    expect(err).toContain('rolled back after it went live: three probes failed');
  });
  test('a_server_that_restarts_is_found_again_and_nothing_is_told_twice', async () => {
    let asked = 0;
    const { folder } = await serverWith({
      'deployments.follow': async (_, { emit }) => {
        asked++;
        for (const event of events.slice(0, 3)) emit(event);
        // The stream ends without a result, as it does when the server goes away.
        if (asked === 1) await server.cut();
        for (const event of events.slice(3)) emit(event);
        return aDeployment();
      },
    });
    const { out, code } = await server.run(['deploy', 'shop'], { cwd: folder });
    expect({ code, asked }).toEqual({ code: 0, asked: 2 });
    expect(out.match(/installing/g)).toHaveLength(1);
    expect(out).toContain('  done\n');
  });
  test('a_folder_that_is_not_there_sends_nothing', async () => {
    const { sent } = await serverWith();
    const { err, code } = await server.run(['deploy', 'shop', '--dir', 'nope'], { cwd: server.folder });
    expect({ code, bytes: sent().byteLength }).toEqual({ code: 1, bytes: 0 });
    expect(err).toContain('there is no folder');
  });
  test('an_empty_folder_is_told_before_anything_is_deployed', async () => {
    const { source } = await serverWith();
    const empty = join(server.folder, 'empty');
    await mkdir(empty);
    const { err, code } = await server.run(['deploy', 'shop'], { cwd: empty });
    expect(code).toBe(1);
    expect(err).toContain(`${empty} has nothing to deploy. It is empty, or .gitignore`);
    expect(source()).toBeUndefined();
  });
  test('a_tar_is_sent_as_it_is_from_a_file_or_from_stdin', async () => {
    const { sent, source } = await serverWith();
    await Bun.write(join(server.folder, 'a.tar'), 'bytes');
    await server.run(['deploy', 'shop', '--tar', 'a.tar'], { cwd: server.folder });
    expect(Buffer.from(sent()).toString()).toBe('bytes');
    await server.run(['deploy', 'shop', '--tar', '-'], { stdin: 'piped' });
    expect(Buffer.from(sent()).toString()).toBe('piped');
    expect(source()).toMatchObject({ from: 'stdin' });
  });
  test('a_password_in_a_git_url_is_not_printed', async () => {
    const { source } = await serverWith();
    const url = 'https://me:token123@example.com/a.git';
    const { out } = await server.run(['deploy', 'shop', '--git', url, '--ref', 'main']);
    expect(source()).toEqual({ kind: 'git', url, ref: 'main' });
    expect(out).not.toContain('token123');
  });
});

describe('on a terminal', () => {
  test('progress_is_drawn_in_place_and_the_last_picture_has_every_tick', async () => {
    const { folder } = await serverWith();
    const { out, code } = await server.run(['deploy', 'shop'], { cwd: folder, isTTY: true, columns: 60 });
    expect(code).toBe(0);
    const last = Bun.stripANSI(out.slice(out.lastIndexOf('\x1b[J')));
    expect(last).toMatch(/✔ sending .*2 files/);
    expect(last).toMatch(/✔ building .*found package\.json/);
    expect(last).toMatch(/✔ switching/);
    expect(out).not.toContain('\x1b[2J');
    for (const line of Bun.stripANSI(out).split('\n')) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(120);
  });
  test('ctrl_c_detaches_asks_nothing_and_says_how_to_cancel', async () => {
    const reached = Promise.withResolvers<void>();
    const { folder } = await serverWith({
      'deployments.follow': async (_, { emit, signal }) => {
        emit(entered('building'));
        reached.resolve();
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        return aDeployment();
      },
    });
    const { terminal, ended } = server.start(['deploy', 'shop'], { cwd: folder, isTTY: true });
    await reached.promise;
    expect(terminal.interrupt()).toBe(true);
    expect(await ended).toBe(130);
    expect(terminal.err()).toContain('windlass deployments shop --cancel d1');
    expect(terminal.interrupt()).toBe(false);
  });
});
