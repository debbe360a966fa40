/** Services whose health checks fail after they had passed: told, and started again where the file lets them be. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { startTestServer, type TestServer, until } from '../commands/server.fixture.ts';
import { confinementLabel } from '../confine/choose.ts';
import { keptLog, openDockerRoom, removeOwned } from '../engine/docker-room.fixture.ts';
import { dataLabel } from '../engine/labels.ts';
import { createTracker } from '../engine/tracker.ts';

const room = await openDockerRoom();
const { docker } = room;
let server: TestServer;
let owner: string;

const service = (name: string, restart: string, start: string) => `  ${name}:
    image: node:22-slim
    command: ["sh", "-c", "${start}exec sleep 1000"]
    healthcheck: { test: ["CMD", "test", "-e", "/tmp/well"], interval: 1s, retries: 2 }
    stop_grace_period: 1s
    restart: ${restart}
`;
const files = {
  'compose.yaml': `services:
  web:
    image: node:22-slim
    command: ["node", "-e", "require('node:http').createServer((_, res) => res.end('here')).listen(8080)"]
    ports: ["8080:8080"]
${service('worker', 'on-failure', 'touch /tmp/well; ')}${service('left', '"no"', 'touch /tmp/well; ')}${service('never', 'always', '')}`,
  'windlass.json': JSON.stringify({ health: { interval: 0.1, watch: 0 } }),
};

beforeAll(async () => {
  server = await startTestServer();
  owner = confinementLabel(server.data);
  expect((await server.deploy('shop', files)).failure).toBeNull();
}, 90_000);
afterAll(async () => {
  await server.stop();
  await removeOwned(docker, owner);
  await room.close();
});

const beside = async (name: string) => {
  const { environments } = await server.control.call('apps.get', { app: 'shop' });
  return environments[0]?.instances.find((each) => (each.service ?? 'web') === name);
};
const container = async (name: string) => docker.getContainer(`${owner}-${(await beside(name))?.id}`);
const health = async (name: string) =>
  (await (await container(name)).inspect().catch(() => null))?.State.Health?.Status;
const sicken = async (name: string) => {
  const exec = await (await container(name)).exec({ Cmd: ['rm', '/tmp/well'] });
  await exec.start({ Detach: true });
};
const notice = async (name: string) => {
  const { notices } = await server.control.call('notify.notices', {});
  return notices.find(({ subject }) => subject === `service.unhealthy:shop/production/${name}`);
};
const logOf = async (name: string) => {
  const lines: string[] = [];
  const id = (await beside(name))?.id ?? '';
  await server.control.stream('logs.read', { app: 'shop' }, ({ text }) => lines.push(text));
  return lines.filter((line) => line.startsWith(id)).join('\n');
};

test('one_that_is_not_well_any_more_is_told_and_started_again_in_its_own_time', async () => {
  await until(async () => (await health('worker')) === 'healthy', 20_000);
  const before = (await (await container('worker')).inspect()).Id;
  const web = await beside('web');
  await sicken('worker');
  await until(() => notice('worker'), 20_000);
  await until(async () => (await beside('worker'))?.restarts === 1, 20_000);
  await until(async () => (await health('worker')) === 'healthy', 20_000);
  expect((await (await container('worker')).inspect()).Id).not.toBe(before);
  await until(async () => (await notice('worker'))?.state === 'resolved', 10_000);
  expect(await logOf('worker')).toMatch(
    /was well, and its health check fails now; it is ended[\s\S]*its health check failed \(.+\); starting it again now/,
  );
  expect((await beside('worker'))?.restarts).toBe(1);
  expect(await beside('web')).toMatchObject({ id: web?.id ?? '', restarts: 0 });
}, 90_000);

test('one_that_is_not_to_be_restarted_is_told_and_left_and_one_that_was_never_well_is_not_touched', async () => {
  await until(async () => (await health('left')) === 'healthy', 20_000);
  await until(async () => (await health('never')) === 'unhealthy', 20_000);
  const before = (await (await container('left')).inspect()).Id;
  await sicken('left');
  expect((await until(() => notice('left'), 20_000)).severity).toBe('critical');
  expect(await logOf('left')).toContain('its "restart" says to leave it so');
  expect((await (await container('left')).inspect()).Id).toBe(before);
  expect(await beside('never')).toMatchObject({ restarts: 0, state: 'running' });
  expect(await notice('never')).toBeUndefined();
}, 90_000);

test('the_next_server_looks_after_it_too', async () => {
  await until(async () => (await health('worker')) === 'healthy', 20_000);
  await server.restart('SIGKILL');
  const { restarts } = (await beside('worker')) ?? { restarts: 0 };
  await sicken('worker');
  await until(async () => (await beside('worker'))?.restarts === restarts + 1, 20_000);
}, 60_000);

test('what_turned_while_no_server_looked_is_found_in_the_record_of_the_engine', async () => {
  const made = await docker.createContainer({
    Image: 'node:22-slim',
    Cmd: ['sh', '-c', 'touch /tmp/well; exec sleep 1000'],
    Healthcheck: { Test: ['CMD', 'test', '-e', '/tmp/well'], Interval: 1e9, Retries: 2 },
    Labels: { [dataLabel]: room.engine.owner },
  });
  await made.start();
  const is = async (wanted: string) => (await made.inspect()).State.Health?.Status === wanted;
  await until(() => is('healthy'), 20_000);
  const exec = await made.exec({ Cmd: ['rm', '/tmp/well'] });
  await exec.start({ Detach: true });
  await until(() => is('unhealthy'), 20_000);
  const tracker = createTracker({ engine: room.engine, log: keptLog(room.logged) });
  const adopted = await tracker.adopt(made.id, join(room.folder, 'output'));
  const turned = new Promise((resolve) => adopted?.onHealth?.(resolve));
  expect(await turned).toBe('unhealthy');
  await adopted?.stop(0);
}, 60_000);
