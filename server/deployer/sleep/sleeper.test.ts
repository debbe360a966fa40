/** Sleeping apps in a whole server: they end when nobody asks, and nobody who asks is lost. */

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { config, startTestServer, type TestServer, until } from '../commands/server.fixture.ts';
import { isIdle, look } from './idleness.ts';

// Whole servers start here, on machines that have other work too.
setDefaultTimeout(30_000);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** Notes each of its starts in its volume, and echoes on WebSockets. */
const app = `
require('fs').appendFileSync(process.env.WINDLASS_VOLUME_V + '/starts', 'x');
Bun.serve({ port: process.env.PORT, hostname: '127.0.0.1',
  fetch: (request, bun) => new URL(request.url).pathname === '/ws' && bun.upgrade(request) ? undefined
    : new Response(process.env.WINDLASS_RELEASE + ' ' + new URL(request.url).pathname),
  websocket: { message: (socket, text) => void socket.send(text) } });`;
const files = {
  'server.js': app,
  'windlass.json': config({ sleep: { after: 1 }, volumes: [{ name: 'v', path: 'v' }] }),
};
const starts = async (name: string) =>
  (await Bun.file(`${server.data}/volumes/${name}/production/v/starts`).text()).length;
const stateOf = async (name: string) => {
  const { environments } = await server.control.call('apps.get', { app: name });
  return environments[0];
};
const untilAsleep = (name: string) =>
  until(async () => {
    const environment = await stateOf(name);
    return environment?.state === 'asleep' && environment.instances.length === 0;
  });

test('an_app_nobody_asks_for_ends_and_a_herd_of_requests_wakes_it_once_and_is_answered', async () => {
  expect((await server.deploy('dozy', files)).failure).toBeNull();
  await untilAsleep('dozy');
  const before = await starts('dozy');
  const herd = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => (await server.get('dozy', `/${index}`)).text()),
  );
  expect(herd).toEqual(Array.from({ length: 100 }, (_, index) => `1 /${index}`));
  expect(await starts('dozy')).toBe(before + 1);
  expect((await stateOf('dozy'))?.state).toBe('running');
});

test('it_sleeps_on_over_a_restart_of_the_server_and_wakes_all_the_same', async () => {
  await untilAsleep('dozy');
  const before = await starts('dozy');
  await server.restart();
  expect((await stateOf('dozy'))?.state).toBe('asleep');
  expect(await starts('dozy')).toBe(before);
  expect(await (await server.get('dozy')).text()).toBe('1 /');
});

test('requests_that_come_all_the_time_while_it_falls_asleep_and_wakes_are_all_answered', async () => {
  const answers = new Map<number, number>();
  for (let round = 0; round < 3; round++) {
    // Around the moment at which it falls asleep, a little earlier or later each time.
    await Bun.sleep(950 + round * 60);
    const burst = await Promise.all(Array.from({ length: 5 }, () => server.get('dozy')));
    for (const { status } of burst) answers.set(status, (answers.get(status) ?? 0) + 1);
  }
  expect([...answers]).toEqual([[200, 15]]);
});

test('a_deployment_wakes_it_and_its_release_serves', async () => {
  await untilAsleep('dozy');
  const deployed = await server.deploy('dozy', { ...files, 'note.txt': 'new' });
  expect(deployed.failure).toBeNull();
  expect(await (await server.get('dozy')).text()).toBe('2 /');
});

test('an_open_websocket_keeps_it_awake', async () => {
  await server.get('dozy');
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/ws`, {
    headers: { host: 'dozy.localhost' },
  } as unknown as string[]);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  // More than twice the time after which it would sleep.
  await Bun.sleep(2100);
  expect((await stateOf('dozy'))?.state).toBe('running');
  socket.close();
  await untilAsleep('dozy');
});

test('one_that_cannot_be_woken_says_503_and_is_tried_again', async () => {
  const flaky = `if (require('fs').existsSync(process.env.WINDLASS_VOLUME_V + '/broken')) process.exit(1);${app}`;
  expect((await server.deploy('flaky', { ...files, 'server.js': flaky })).failure).toBeNull();
  await untilAsleep('flaky');
  const broken = `${server.data}/volumes/flaky/production/v/broken`;
  await Bun.write(broken, '');
  expect((await server.get('flaky')).status).toBe(503);
  await Bun.file(broken).delete();
  expect((await server.get('flaky')).status).toBe(200);
});

test('idleness_begins_anew_with_every_request_and_every_release', () => {
  const at = (release: number, requests: number, inFlight: number, time: number) => ({
    release,
    requests,
    inFlight,
    at: time,
  });
  const first = look(null, at(1, 0, 0, 0));
  const quiet = look(first, at(1, 0, 0, 900));
  expect(isIdle(quiet, 1, 1000)).toBe(true);
  expect(look(quiet, at(1, 1, 0, 950)).quietSince).toBe(950);
  expect(look(quiet, at(1, 0, 1, 950)).quietSince).toBe(950);
  expect(look(quiet, at(2, 0, 0, 950)).quietSince).toBe(950);
});
