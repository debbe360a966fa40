import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend } from '../../shared/proxy/backend.ts';
import { systemClock } from '../kernel/clock.ts';
import { createEvents, type Events } from '../kernel/events.ts';
import type { CallContext } from '../kernel/feature.ts';
import type { Log } from '../kernel/log.ts';
import { openSecrets } from '../kernel/secrets.ts';
import { type OwnedStore, openStore } from '../kernel/store.ts';
import type { Cell, Telemetry } from '../kernel/telemetry.ts';
import { createProxy, migrations, type Proxy as WindlassProxy } from './index.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const context: CallContext = { signal: new AbortController().signal };
const shop = { app: 'shop', environment: 'production' };
const key = 'shop/production';

let folder: string;
let store: OwnedStore;
let events: Events;
let rows: (readonly Cell[])[];
let closing: (() => Promise<unknown>)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-proxy-'));
  store = openStore(join(folder, 'control.db'), migrations, silent);
  events = createEvents(silent);
  rows = [];
  closing = [];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const keys = () => openSecrets(join(folder, 'master.key'), { create: true });

async function startProxy(): Promise<WindlassProxy> {
  const telemetry: Telemetry = {
    define: () => {},
    append: (_table, row) => rows.push(row),
    query: async () => [],
    flush: async () => {},
    counts: { taken: 0, written: 0, dropped: 0 },
    close: async () => {},
  };
  const proxy = createProxy(
    { clock: systemClock, log: silent, store, secrets: keys(), events, telemetry },
    { hostname: '127.0.0.1', port: 0, reprobeMs: 5, drainMs: 1000 },
  );
  await proxy.feature.start?.();
  closing.push(async () => proxy.feature.stop?.());
  return proxy;
}

type Answer = (request: Request) => Response | Promise<Response>;

/** An instance of a release that answers with its name, and counts who came (probes aside). */
function instance(name: string, options: { port?: number; answer?: Answer } = {}) {
  const seen: string[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: options.port ?? 0,
    fetch: (request) => {
      if (request.headers.get('user-agent') !== 'windlass-probe') seen.push(new URL(request.url).pathname);
      return options.answer?.(request) ?? new Response(name);
    },
  });
  closing.push(() => server.stop(true));
  const port = server.port ?? 0;
  return { seen, port, target: { id: name, host: '127.0.0.1', port }, stop: () => server.stop(true) };
}

const release = (
  number: number,
  ...instances: { target: { id: string; host: string; port: number } }[]
): Backend => ({
  kind: 'instances',
  release: number,
  targets: instances.map(({ target }) => target),
});

function deploy({ edge }: WindlassProxy, backend: Backend): void {
  store.transaction(() => edge.stageBackend(key, backend))();
}

function get({ edge }: WindlassProxy, path = '/', host = 'shop.test', method = 'GET'): Promise<Response> {
  return fetch(`http://127.0.0.1:${edge.port}${path}`, { method, headers: { host }, keepalive: false });
}

async function answer(proxy: WindlassProxy, path?: string, host?: string): Promise<[number, string]> {
  const response = await get(proxy, path, host);
  return [response.status, await response.text()];
}

/** Resolves when it is so; polls, as nothing tells of a request that is held or under way. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('it never came true');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

test('the_request_after_a_swap_gets_the_new_release_and_the_old_one_gets_none', async () => {
  const proxy = await startProxy();
  const [v1, v2] = [instance('v1'), instance('v2')];
  proxy.edge.ensureService(key, 'shop.test');
  expect((await get(proxy)).status).toBe(404);
  deploy(proxy, release(1, v1));
  expect(await answer(proxy)).toEqual([200, 'v1']);
  expect(await proxy.edge.releaseServing(key, '/')).toBe(1);
  deploy(proxy, release(2, v2));
  for (let i = 0; i < 20; i++) expect(await answer(proxy)).toEqual([200, 'v2']);
  expect(await proxy.edge.releaseServing(key, '/')).toBe(2);
  expect(v1.seen).toHaveLength(1);
  expect(proxy.edge.errorShare(key, 2)).toEqual({ requests: expect.any(Number), errors: 0 });
  expect(proxy.edge.errorShare(key, 2).requests).toBeGreaterThanOrEqual(20);
  expect(rows.some((row) => row[1] === key && row[2] === 2 && row[3] === 'v2' && row[8] === 200)).toBe(true);
});

test('the_release_header_is_for_probes_only', async () => {
  const proxy = await startProxy();
  proxy.edge.ensureService(key, 'shop.test');
  deploy(proxy, release(1, instance('v1')));
  const response = await get(proxy);
  expect(response.headers.get('windlass-release')).toBeNull();
});

test('an_unknown_host_gets_404_and_reaches_nobody', async () => {
  const proxy = await startProxy();
  const v1 = instance('v1');
  proxy.edge.ensureService(key, 'shop.test');
  deploy(proxy, release(1, v1));
  expect((await get(proxy, '/', 'other.test')).status).toBe(404);
  expect((await get(proxy, '/', `127.0.0.1:${proxy.edge.port}`)).status).toBe(404);
  expect(v1.seen).toEqual([]);
});

test('a_pause_times_out_with_504_outlasts_a_deploy_and_resume_answers_those_who_wait', async () => {
  const proxy = await startProxy();
  const [v1, v2] = [instance('v1'), instance('v2')];
  proxy.edge.ensureService(key, 'shop.test');
  deploy(proxy, release(1, v1));
  const { handlers } = proxy.feature;
  await handlers['traffic.pause']?.({ ...shop, maxPause: 0.01 }, context);
  expect((await get(proxy)).status).toBe(504);
  deploy(proxy, release(2, v2));
  expect((await get(proxy)).status).toBe(504);
  await handlers['traffic.pause']?.({ ...shop, maxPause: 60 }, context);
  const held = [answer(proxy), answer(proxy), answer(proxy)];
  await until(() => proxy.edge.heldRequests(key) === 3);
  await handlers['traffic.resume']?.(shop, context);
  expect(await Promise.all(held)).toEqual([
    [200, 'v2'],
    [200, 'v2'],
    [200, 'v2'],
  ]);
  expect(v1.seen).toEqual([]);
});

test('stopping_while_paused_releases_waiters_at_once_with_503', async () => {
  const proxy = await startProxy();
  const v1 = instance('v1');
  proxy.edge.ensureService(key, 'shop.test');
  deploy(proxy, release(1, v1));
  await proxy.feature.handlers['traffic.pause']?.({ ...shop, maxPause: 60 }, context);
  const held = [get(proxy), get(proxy)];
  await until(() => proxy.edge.heldRequests(key) === 2);
  proxy.edge.stop(key);
  for (const response of await Promise.all(held)) expect(response.status).toBe(503);
  expect((await get(proxy)).status).toBe(503);
  expect(v1.seen).toEqual([]);
});

test('a_visitor_who_leaves_a_pause_gives_the_place_back', async () => {
  const proxy = await startProxy();
  proxy.edge.ensureService(key, 'shop.test');
  proxy.edge.setTraffic(key, { kind: 'pause', maxPauseMs: 60_000 });
  const leaving = new AbortController();
  const url = `http://127.0.0.1:${proxy.edge.port}/`;
  const gone = fetch(url, { headers: { host: 'shop.test' }, signal: leaving.signal }).catch(() => 'gone');
  await until(() => proxy.edge.heldRequests(key) === 1);
  leaving.abort();
  expect(await gone).toBe('gone');
  await until(() => proxy.edge.heldRequests(key) === 0);
  await until(() => rows.length === 1);
  expect(rows[0]?.[8]).toBe(499);
});

test('the_health_path_answers_200_while_paused_or_stopped_with_and_without_a_prefix', async () => {
  const proxy = await startProxy();
  const v1 = instance('v1');
  proxy.edge.ensureService(key, 'shop.test');
  proxy.edge.setConfigRoutes(key, [{ pathPrefix: '/api', stripPrefix: true }]);
  proxy.edge.setHealthPath(key, '/up');
  deploy(proxy, release(1, v1));
  await proxy.feature.handlers['traffic.pause']?.({ ...shop, maxPause: 0.01 }, context);
  expect((await get(proxy, '/up')).status).toBe(200);
  expect((await get(proxy, '/api/up')).status).toBe(200);
  expect((await get(proxy, '/other')).status).toBe(504);
  proxy.edge.stop(key);
  expect((await get(proxy, '/up')).status).toBe(200);
  expect((await get(proxy, '/other')).status).toBe(503);
  expect(v1.seen).toEqual([]);
});

test('drain_lets_requests_finish_and_cuts_those_beyond_its_limit', async () => {
  const proxy = await startProxy();
  const gate = Promise.withResolvers<void>();
  const slow = instance('v1', { answer: () => gate.promise.then(() => new Response('v1')) });
  proxy.edge.ensureService(key, 'shop.test');
  deploy(proxy, release(1, slow));
  const finishing = [answer(proxy), answer(proxy), answer(proxy)];
  await until(() => slow.seen.length === 3);
  deploy(proxy, release(2, instance('v2')));
  const drained = proxy.edge.drain(key, 1, 5000);
  gate.resolve();
  expect(await drained).toEqual({ finished: 3, cut: 0 });
  for (const got of await Promise.all(finishing)) expect(got).toEqual([200, 'v1']);
  expect(await proxy.edge.drain(key, 1, 5000)).toEqual({ finished: 0, cut: 0 });

  const never = instance('v3', { answer: () => new Promise<Response>(() => {}) });
  deploy(proxy, release(3, never));
  const cut = Array.from({ length: 20 }, () => get(proxy));
  await until(() => never.seen.length === 20);
  deploy(proxy, release(4, instance('v4')));
  expect(await proxy.edge.drain(key, 3, 10)).toEqual({ finished: 0, cut: 20 });
  for (const response of await Promise.all(cut)) expect(response.status).toBe(504);
  expect(never.seen).toHaveLength(20);
});

test('drain_closes_an_open_websocket_within_a_second', async () => {
  const proxy = await startProxy();
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request, self) => (self.upgrade(request) ? undefined : new Response('no')),
    websocket: { message: (socket, text) => void socket.send(text) },
  });
  closing.push(() => server.stop(true));
  proxy.edge.ensureService(key, 'shop.test');
  deploy(proxy, release(1, { target: { id: 'ws', host: '127.0.0.1', port: server.port ?? 0 } }));
  const socket = new WebSocket(`ws://127.0.0.1:${proxy.edge.port}/`, { headers: { host: 'shop.test' } });
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  const closed = new Promise((resolve) => socket.addEventListener('close', resolve, { once: true }));
  deploy(proxy, release(2, instance('v2')));
  const startedAt = performance.now();
  expect((await proxy.edge.drain(key, 1, 5000)).cut).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(1000);
  await closed;
});

test('no_request_is_lost_over_twenty_deploys_that_end_the_old_instances', async () => {
  const proxy = await startProxy();
  proxy.edge.ensureService(key, 'shop.test');
  let current = instance('v0');
  deploy(proxy, release(0, current));
  let done = false;
  const wrong: unknown[] = [];
  let served = 0;
  const visitors = Array.from({ length: 8 }, async () => {
    while (!done) {
      const least = Number(current.target.id.slice(1));
      const [status, body] = await answer(proxy);
      served++;
      if (status !== 200 || Number(body.slice(1)) < least) wrong.push({ status, body, least });
    }
  });
  for (let number = 1; number <= 20; number++) {
    const next = instance(`v${number}`);
    deploy(proxy, release(number, next));
    const old = current;
    current = next;
    const before = served;
    await proxy.edge.drain(key, number - 1, 5000);
    await old.stop();
    await until(() => served >= before + 8);
  }
  done = true;
  await Promise.all(visitors);
  expect(wrong).toEqual([]);
  expect(served).toBeGreaterThan(160);
});

test('a_restart_serves_what_was_served_before', async () => {
  const first = await startProxy();
  const v1 = instance('v1');
  first.edge.ensureService(key, 'shop.test');
  first.edge.setConfigRoutes(key, [{ pathPrefix: '/api', stripPrefix: true }]);
  deploy(first, release(1, v1));
  first.edge.ensureService('held/production', 'held.test');
  first.edge.setTraffic('held/production', { kind: 'pause', maxPauseMs: 10 });
  await first.feature.stop?.();
  expect(first.edge.port).toBeNull();
  const second = await startProxy();
  expect(await answer(second)).toEqual([200, 'v1']);
  expect(await answer(second, '/api/users')).toEqual([200, 'v1']);
  expect(v1.seen).toEqual(['/', '/users']);
  expect((await get(second, '/', 'held.test')).status).toBe(504);
});

test('a_folder_serves_and_gives_way_to_instances_like_any_release', async () => {
  const proxy = await startProxy();
  const root = join(folder, 'site');
  mkdirSync(root);
  writeFileSync(join(root, 'index.html'), 'static');
  const site: Backend = { kind: 'folder', release: 1, root, rules: { spa: false } };
  proxy.edge.ensureService(key, 'shop.test');
  expect(await proxy.edge.probe(key, site, null, '/', 1000)).toMatchObject({ kind: 'answered', status: 200 });
  deploy(proxy, site);
  expect(await answer(proxy)).toEqual([200, 'static']);
  expect(await proxy.edge.releaseServing(key, '/')).toBe(1);
  deploy(proxy, release(2, instance('v2')));
  expect(await answer(proxy)).toEqual([200, 'v2']);
  deploy(proxy, site);
  expect(await answer(proxy)).toEqual([200, 'static']);
  expect(await answer(await startProxy())).toEqual([200, 'static']);
});

test('an_instance_that_dies_is_taken_out_and_comes_back_when_it_answers_again', async () => {
  const proxy = await startProxy();
  const health: boolean[] = [];
  events.on('target.health', ({ target, healthy }) => target === 'a' && health.push(healthy));
  const [a, b] = [instance('a'), instance('b')];
  proxy.edge.ensureService(key, 'shop.test');
  deploy(proxy, release(1, a, b));
  await a.stop();
  for (let i = 0; i < 20; i++) expect(await answer(proxy)).toEqual([200, 'b']);
  expect(health).toEqual([false]);
  const findings = await proxy.feature.checks?.find(({ name }) => name === 'proxy targets')?.run();
  expect(findings?.[0]?.message).toBe('1 of 2 instances of shop/production do not answer');
  const again = instance('a', { port: a.port });
  await until(() => health.length === 2);
  expect(health).toEqual([false, true]);
  for (let i = 0; i < 4; i++) await answer(proxy);
  expect(again.seen.length).toBe(2);
});

test('a_lone_instance_answers_at_once_after_its_restart', async () => {
  const proxy = await startProxy();
  const lone = instance('lone');
  proxy.edge.ensureService(key, 'shop.test');
  deploy(proxy, release(1, lone));
  await lone.stop();
  expect((await get(proxy)).status).toBe(502);
  instance('lone', { port: lone.port });
  expect(await answer(proxy)).toEqual([200, 'lone']);
});

test('a_port_that_is_taken_is_said_so', async () => {
  const taken = instance('other');
  const proxy = createProxy(
    {
      clock: systemClock,
      log: silent,
      store,
      secrets: keys(),
      events,
      telemetry: {
        define: () => {},
        append: () => {},
        query: async () => [],
        flush: async () => {},
        counts: { taken: 0, written: 0, dropped: 0 },
        close: async () => {},
      },
    },
    { hostname: '127.0.0.1', port: taken.port },
  );
  await expect(async () => proxy.feature.start?.()).toThrow(
    `port ${taken.port} of 127.0.0.1 is used by another program`,
  );
  expect(proxy.edge.port).toBeNull();
  await proxy.feature.stop?.();
});
