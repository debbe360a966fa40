/** What people order, in a whole server with real instances: each claim is asked of the proxy, not of the database. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from '../../shared/deployer/model.ts';
import { answering, config, startTestServer, type TestServer, until } from './commands/server.fixture.ts';
import { packFolder } from './sources/pack.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const files = (more: object = {}) => ({ 'server.js': answering, 'windlass.json': config(more) });
const body = async (app: string, path = '/') => (await server.get(app, path)).text();
/** Resolves when it serves or has ended. */
const end = (deployment: Deployment) =>
  server.control.stream('deployments.follow', { id: deployment.id }, () => {});
const environmentOf = async (app: string, name = 'production') => {
  const { environments } = await server.control.call('apps.get', { app });
  const found = environments.find((each) => each.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
};
const running = async (app: string) =>
  (await environmentOf(app)).instances.filter((instance) => instance.state === 'running');

test('an_older_release_serves_again_after_a_rollback_and_a_second_one_goes_further_back', async () => {
  for (let n = 0; n < 3; n++) expect((await server.deploy('back', files())).phase).toMatch(/watching|live/);
  expect(await body('back')).toBe('3');
  await server.control.call('releases.rollback', { app: 'back' });
  expect(await body('back')).toBe('2');
  await server.control.call('releases.rollback', { app: 'back' });
  expect(await body('back')).toBe('1');
  const none = server.control.call('releases.rollback', { app: 'back' });
  await expect(none).rejects.toMatchObject({ code: 'not-found' });
  expect(await body('back')).toBe('1');
});

test('a_rollback_within_the_watch_is_warm_and_ends_the_release_it_left', async () => {
  const watched = files({ health: { interval: 0.1, watch: 60 } });
  await server.deploy('warm', watched);
  const second = await server.deploy('warm', watched);
  expect(second.phase).toBe('watching');
  const { warm } = await server.control.call('releases.rollback', { app: 'warm' });
  expect(warm).toBe(true);
  expect(await body('warm')).toBe('1');
  await until(async () => (await running('warm')).every((instance) => instance.release === 1));
  expect(await end(second)).toMatchObject({
    phase: 'rolled-back',
    failure: { message: 'rolled back by hand to release 1' },
  });
});

test('a_newer_deployment_supersedes_the_one_that_waits_and_never_the_one_that_serves', async () => {
  await server.deploy('queue', files());
  const { stream } = await packFolder(join(import.meta.dir, '../../examples/static'));
  const { upload } = await server.control.upload('uploads.create', {}, stream);
  const source = { kind: 'upload' as const, upload, from: 'a test' };
  const made: Deployment[] = [];
  for (let n = 0; n < 4; n++) {
    made.push(await server.control.call('deployments.create', { app: 'queue', source }));
  }
  const phases = (await Promise.all(made.map(end))).map(({ phase }) => phase);
  expect(phases.at(-1)).toBe('watching');
  expect(phases.slice(1, -1)).toContain('superseded');
  expect(phases.every((phase) => phase === 'watching' || phase === 'superseded')).toBe(true);
});

test('a_cancelled_build_ends_with_its_whole_process_tree_and_leaves_the_old_release_serving', async () => {
  await server.deploy('cancel', files());
  const slow = server.deploy('cancel', files({ build: { command: 'sleep 87654 & sleep 87654' } }));
  const { id } = await until(async () => {
    const { deployments } = await server.control.call('deployments.list', { app: 'cancel' });
    return deployments.find((each) => each.phase === 'building');
  });
  await until(async () => (await Bun.$`pgrep -f "sleep 87654"`.nothrow().quiet()).exitCode === 0);
  await server.control.call('deployments.cancel', { id });
  expect(await slow).toMatchObject({ phase: 'cancelled' });
  expect((await Bun.$`pgrep -f "sleep 87654"`.nothrow().quiet()).exitCode).toBe(1);
  expect(existsSync(join(server.data, 'builds', id))).toBe(false);
  expect(await body('cancel')).toBe('1');
});

test('promoting_runs_the_same_files_with_the_other_environments_own_variables', async () => {
  const greet = `Bun.serve({ port: process.env.PORT, hostname: '127.0.0.1', fetch: () => new Response(process.env.GREETING) });`;
  await server.control.call('env.set', { app: 'stage', set: { GREETING: 'from production' } });
  await server.control.call('env.set', {
    app: 'stage',
    environment: 'preview',
    set: { GREETING: 'from preview' },
  });
  await server.deploy('stage', { 'server.js': greet, 'windlass.json': config({}) });
  expect(await body('stage')).toBe('from production');
  await end(
    await server.control.call('releases.promote', {
      app: 'stage',
      environment: 'preview',
      from: 'production',
    }),
  );
  expect(await body('stage-preview')).toBe('from preview');
  expect(await body('stage')).toBe('from production');
});

test('scaling_up_starts_as_many_instances_and_all_of_them_answer', async () => {
  const who = `Bun.serve({ port: process.env.PORT, hostname: '127.0.0.1', fetch: () => new Response(process.env.PORT) });`;
  await server.deploy('scale', { 'server.js': who, 'windlass.json': config({}) });
  await end(await server.control.call('apps.scale', { app: 'scale', instances: 3 }));
  expect(await running('scale')).toHaveLength(3);
  const ports = new Set<string>();
  await until(async () => ports.add(await body('scale')).size === 3);
});

test('deploying_while_paused_stays_paused_and_the_held_request_gets_the_new_release', async () => {
  await server.deploy('pause', files());
  await server.control.call('traffic.pause', { app: 'pause', environment: 'production' });
  const held = body('pause');
  expect((await server.deploy('pause', files())).phase).toMatch(/watching|live/);
  expect((await environmentOf('pause')).state).toBe('paused');
  await server.control.call('traffic.resume', { app: 'pause', environment: 'production' });
  expect(await held).toBe('2');
});

test('a_stopped_app_answers_503_stays_stopped_over_a_restart_of_the_server_and_starts_again', async () => {
  await server.deploy('stop', files());
  await server.control.call('apps.stop', { app: 'stop' });
  expect((await server.get('stop')).status).toBe(503);
  expect((await environmentOf('stop')).instances).toEqual([]);
  await server.restart();
  expect((await server.get('stop')).status).toBe(503);
  await server.control.call('apps.start', { app: 'stop' });
  expect(await body('stop')).toBe('1');
});

test('instances_outlive_the_server_and_are_adopted_not_started_again', async () => {
  const pid = `Bun.serve({ port: process.env.PORT, hostname: '127.0.0.1', fetch: () => new Response(String(process.pid)) });`;
  await server.deploy('adopt', { 'server.js': pid, 'windlass.json': config({}) });
  const before = await body('adopt');
  await server.restart('SIGKILL');
  expect(await body('adopt')).toBe(before);
  process.kill(Number(before), 'SIGKILL');
  await until(async () => {
    const answer = await server.get('adopt');
    return answer.status === 200 && (await answer.text()) !== before;
  });
});

/** An error and a replay, as a page of the app sends them. */
async function reportFrom(app: string): Promise<void> {
  const { dsn } = await server.control.call('errors.project', { app });
  const { username, pathname } = new URL(dsn ?? '');
  const id = 'a'.repeat(32);
  const now = Date.now() / 1000;
  const replay = { replay_id: id, segment_id: 0, timestamp: now, replay_start_timestamp: now };
  const recording = '{"segment_id":0}\n[]';
  const lines = [
    {},
    { type: 'event' },
    { event_id: id, message: 'a fault' },
    { type: 'replay_event' },
    replay,
    { type: 'replay_recording', length: recording.length },
  ].map((each) => JSON.stringify(each));
  const path = `/.windlass/api/${pathname.split('/').at(-1)}/envelope/?sentry_key=${username}`;
  const answer = await server.get(app, path, { method: 'POST', body: [...lines, recording].join('\n') });
  expect(answer.status).toBe(200);
}

test('a_removed_app_is_gone_with_its_instances_and_its_host_is_free_again', async () => {
  const { url } = await server.deploy('gone', files());
  expect(url).toContain('http://gone.localhost');
  await server.control.call('domains.add', {
    app: 'gone',
    environment: 'production',
    host: 'www.example.com',
  });
  await reportFrom('gone');
  expect((await server.control.call('issues.list', { state: 'all' })).total).toBe(1);
  expect((await server.control.call('replays.list', {})).replays).toHaveLength(1);
  await server.control.call('apps.remove', { app: 'gone' });
  expect((await server.get('gone')).status).toBe(404);
  await expect(server.control.call('apps.get', { app: 'gone' })).rejects.toMatchObject({ code: 'not-found' });
  expect(existsSync(join(server.data, 'logs', 'gone'))).toBe(false);
  await until(async () => (await server.control.call('issues.list', { state: 'all' })).total === 0);
  await until(async () => (await server.control.call('replays.list', {})).replays.length === 0);
  await expect(server.control.call('errors.project', { app: 'gone' })).rejects.toMatchObject({
    code: 'not-found',
  });
  await server.deploy('heir', files());
  await server.control.call('domains.add', {
    app: 'heir',
    environment: 'production',
    host: 'www.example.com',
  });
});
