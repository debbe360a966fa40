/** An engine that is really stopped and started: its containers end with it, and are there again soon after it is back. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { startTestServer, type TestServer, until } from '../commands/server.fixture.ts';
import { createOwnEngine } from './own-engine.fixture.ts';

const engine = createOwnEngine();
let server: TestServer;

beforeAll(async () => {
  await engine.start();
  await engine.makeTiny();
  server = await startTestServer({ DOCKER_HOST: `unix://${engine.socket}` });
}, 60_000);
afterAll(async () => {
  await server.stop();
  await engine.close();
}, 60_000);

const page = { 'index.html': 'here' };
const files = {
  'pages/index.html': 'in a container',
  Dockerfile: `FROM tiny
COPY pages /www
CMD ["/busybox", "sh", "-c", "exec /busybox httpd -f -p $PORT -h /www"]
`,
  'windlass.json': JSON.stringify({ health: { interval: 0.1, watch: 0 } }),
};
const finding = async () => {
  const { findings } = await server.control.call('server.doctor', {});
  return findings.find(({ check }) => check === 'docker');
};
const body = async (app: string) => (await server.get(app)).text();

test('an_engine_that_is_stopped_is_told_within_5_seconds_and_nothing_else_is_held_up', async () => {
  expect((await server.deploy('boxed', files)).failure).toBeNull();
  expect((await server.deploy('pages', page)).failure).toBeNull();
  expect(await body('boxed')).toBe('in a container');
  const began = performance.now();
  await engine.stop();
  const stopped = performance.now();
  await until(async () => (await finding())?.state === 'failing', 5000);
  expect(performance.now() - Math.max(began, stopped)).toBeLessThan(5000);
  expect((await finding())?.message).toStartWith('Docker does not answer any more');
  expect(await body('pages')).toBe('here');
  const shown = await server.control.call('apps.get', { app: 'boxed' });
  expect(shown.environments[0]).toMatchObject({ state: 'degraded', liveRelease: 1 });
  expect((await server.deploy('pages', { 'index.html': 'anew' })).failure).toBeNull();
  expect(await body('pages')).toBe('anew');
  const { failure } = await server.deploy('boxed', files);
  expect(failure?.message).toContain('Docker does not answer');
}, 60_000);

test('when_it_is_back_what_ended_with_it_is_started_again', async () => {
  await engine.start();
  await until(async () => (await finding())?.state === 'ok', 5000);
  await until(async () => (await server.get('boxed')).status === 200, 15_000);
  expect(await body('boxed')).toBe('in a container');
  expect((await server.deploy('boxed', files)).failure).toBeNull();
}, 60_000);

test('a_restart_within_one_breath_is_survived_too', async () => {
  await engine.stop();
  await engine.start();
  await until(async () => (await server.get('boxed').catch(() => null))?.status === 200, 20_000);
  const { environments } = await server.control.call('apps.get', { app: 'boxed' });
  expect(environments[0]?.instances.map(({ state }) => state)).toEqual(['running']);
}, 60_000);
