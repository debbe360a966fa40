/** Rules through the whole feature: set, in force at once, kept over a restart, gone with their environment. */

import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Params } from '../../../shared/rpc.ts';
import type { ServerContract } from '../../../shared/server-contract.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createEvents } from '../../kernel/events.ts';
import type { CallContext, Handlers } from '../../kernel/feature.ts';
import type { Log } from '../../kernel/log.ts';
import { openSecrets } from '../../kernel/secrets.ts';
import { type OwnedStore, openStore } from '../../kernel/store.ts';
import type { Telemetry } from '../../kernel/telemetry.ts';
import { createProxy, migrations, type Proxy as WindlassProxy } from '../index.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const shop = { app: 'shop', environment: 'production' };
const key = 'shop/production';
const telemetry: Telemetry = {
  define: () => {},
  append: () => {},
  query: async () => [],
  flush: async () => {},
  counts: { taken: 0, written: 0, dropped: 0 },
  close: async () => {},
};

let folder: string;
let store: OwnedStore;
let proxy: WindlassProxy;
const app = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: (request) => new Response(request.headers.get('x-forwarded-for')),
});

async function start(): Promise<void> {
  store = openStore(join(folder, 'control.db'), migrations, silent);
  const secrets = openSecrets(join(folder, 'master.key'), { create: true });
  proxy = createProxy(
    { clock: systemClock, log: silent, store, secrets, events: createEvents(silent), telemetry },
    { hostname: '127.0.0.1', port: 0, drainMs: 100 },
  );
  await proxy.feature.start?.();
}

async function stop(): Promise<void> {
  await proxy.feature.stop?.();
  store.close();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-rules-'));
  await start();
  proxy.edge.ensureService(key, 'shop.test');
  const target = { id: 'one', host: '127.0.0.1', port: app.port ?? 0 };
  proxy.edge.stageBackend(key, { kind: 'instances', release: 1, targets: [target] })();
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

async function call<K extends keyof Handlers & keyof ServerContract>(
  name: K,
  params: Params<ServerContract[K]>,
): Promise<unknown> {
  const handler = proxy.feature.handlers[name] as (params: unknown, context: CallContext) => unknown;
  return handler(params, { signal: new AbortController().signal });
}

const visit = async (path = '/', headers: Record<string, string> = {}) => {
  const response = await fetch(`http://127.0.0.1:${proxy.edge.port}${path}`, {
    headers: { host: 'shop.test', ...headers },
    redirect: 'manual',
  });
  return { status: response.status, text: await response.text(), location: response.headers.get('location') };
};

test('rules_passwords_and_trusted_proxies_hold_at_once_and_after_a_restart', async () => {
  await call('rules.set', { ...shop, rules: { redirects: [{ from: '/a', to: '/b' }] }, clear: [] });
  await call('rules.password', { ...shop, user: '', password: 'open sesame' });
  await call('trusted.set', { ranges: ['private'] });
  const holds = async () => {
    expect((await visit('/a')).location).toBe('/b');
    expect((await visit()).status).toBe(401);
    const known = { authorization: `Basic ${btoa('me:open sesame')}`, 'x-forwarded-for': '203.0.113.9' };
    expect(await visit('/', known)).toMatchObject({ status: 200, text: '203.0.113.9, 127.0.0.1' });
  };
  await holds();
  await stop();
  await start();
  await holds();
  expect(await call('rules.get', shop)).toEqual({
    file: {},
    set: { redirects: [{ from: '/a', to: '/b' }] },
    users: [''],
    placeUsers: [],
  });
  await call('rules.password', { ...shop, user: '', password: null });
  await call('rules.set', { ...shop, rules: {}, clear: ['redirects'] });
  expect((await visit('/a')).status).toBe(200);
});

test('what_is_set_by_hand_stands_in_for_the_same_key_of_windlass_json', async () => {
  proxy.edge.setConfigRules(key, { redirects: [{ from: '/a', to: '/file' }], compress: true });
  expect((await visit('/a')).location).toBe('/file');
  await call('rules.set', { ...shop, rules: { redirects: [{ from: '/a', to: '/hand' }] }, clear: [] });
  expect((await visit('/a')).location).toBe('/hand');
  proxy.edge.setConfigRules(key, { redirects: [{ from: '/a', to: '/newer' }] });
  expect((await visit('/a')).location).toBe('/hand');
  await call('rules.set', { ...shop, rules: {}, clear: ['redirects'] });
  expect((await visit('/a')).location).toBe('/newer');
});

test('counts_last_as_long_as_the_rule_they_belong_to', async () => {
  await call('rules.set', { ...shop, rules: { rates: [{ requests: 1, per: 3600 }] }, clear: [] });
  expect((await visit()).status).toBe(200);
  proxy.edge.restore();
  expect((await visit()).status).toBe(429);
  await call('rules.set', { ...shop, rules: { rates: [{ requests: 2, per: 3600 }] }, clear: [] });
  expect((await visit()).status).toBe(200);
});

test('what_makes_no_sense_is_refused_and_changes_nothing', async () => {
  const set = (rules: object) => call('rules.set', { ...shop, rules, clear: [] });
  await expect(set({ canonicalHost: 'other.test' })).rejects.toThrow(
    'other.test is no domain of shop/production',
  );
  await expect(set({ canonicalHost: 'not a host' })).rejects.toThrow('is not a host');
  await expect(call('rules.set', { ...shop, rules: {}, clear: ['redirect'] })).rejects.toThrow(
    'there is no rule "redirect"',
  );
  await expect(call('rules.get', { ...shop, app: 'nobody' })).rejects.toThrow(
    'there is no nobody/production',
  );
  await expect(call('rules.password', { ...shop, user: 'ann', password: null })).rejects.toThrow(
    'no password of ann',
  );
  await expect(call('trusted.set', { ranges: ['cloudfare'] })).rejects.toThrow('is not an address or range');
  await set({ canonicalHost: 'SHOP.test' });
  expect(await call('rules.get', shop)).toEqual({
    file: {},
    set: { canonicalHost: 'shop.test' },
    users: [],
    placeUsers: [],
  });
  expect(await call('trusted.list', {})).toEqual({ ranges: [] });
});

test('a_host_all_others_lead_to_cannot_be_taken_away', async () => {
  await call('domains.add', { ...shop, host: '*.shop.example', pathPrefix: '/', stripPrefix: true });
  await call('domains.add', { ...shop, host: 'two.test', pathPrefix: '/', stripPrefix: true });
  await call('rules.set', { ...shop, rules: { canonicalHost: 'www.shop.example' }, clear: [] });
  await call('rules.set', { ...shop, rules: { canonicalHost: 'two.test' }, clear: [] });
  expect((await visit('/x')).location).toBe('http://two.test/x');
  const away = { ...shop, host: 'Two.test', pathPrefix: '/' };
  await expect(call('domains.remove', away)).rejects.toThrow('all hosts of shop/production lead to two.test');
  await call('rules.set', { ...shop, rules: {}, clear: ['canonicalHost'] });
  await call('domains.remove', away);
});

test('rules_that_cannot_be_read_close_their_environment_and_no_other', async () => {
  await call('rules.set', { ...shop, rules: { deny: ['192.0.2.1'] }, clear: [] });
  proxy.edge.ensureService('blog/production', 'blog.test');
  store.db.run(`UPDATE proxy_rules SET rules = '{"deny": 7}'`);
  await stop();
  await start();
  expect((await visit()).status).toBe(503);
  expect((await visit('/', { host: 'blog.test' })).status).toBe(404);
});

test('rules_go_with_their_environment', async () => {
  await call('rules.set', { ...shop, rules: { maintenance: {} }, clear: [] });
  await call('rules.password', { ...shop, user: 'ann', password: 'secret word' });
  proxy.edge.remove(key);
  proxy.edge.ensureService(key, 'shop.test');
  expect(await call('rules.get', shop)).toEqual({ file: {}, set: {}, users: [], placeUsers: [] });
});

test('a_part_has_passwords_and_addresses_of_its_own_at_once_and_after_a_restart', async () => {
  const basic = (password: string) => ({ authorization: `Basic ${btoa(`me:${password}`)}` });
  const status = async (path: string, headers: Record<string, string> = {}) =>
    (await visit(path, headers)).status;
  const places = [
    { path: '/office', deny: ['127.0.0.0/8'] },
    { path: '/hooks', open: true },
  ];
  await call('rules.set', { ...shop, rules: { places }, clear: [] });
  await call('rules.password', { ...shop, user: '', password: 'for all' });
  await call('rules.password', { ...shop, path: '/admin', user: '', password: 'for few' });
  const holds = async () => {
    expect(await status('/')).toBe(401);
    expect(await status('/hooks/a')).toBe(200);
    expect(await status('/Hooks/a')).toBe(401);
    expect(await status('/office', basic('for all'))).toBe(403);
    expect(await status('/admin', basic('for all'))).toBe(401);
    expect(await status('/%2561dmin', basic('for all'))).toBe(401);
    expect(await status('/admin', basic('for few'))).toBe(200);
    expect(await status('/', basic('for few'))).toBe(401);
  };
  await holds();
  await stop();
  await start();
  await holds();
  expect(await call('rules.get', shop)).toMatchObject({
    users: [''],
    placeUsers: [{ path: '/admin', users: [''] }],
  });
  await call('rules.password', { ...shop, path: '/admin', user: '', password: null });
  expect(await status('/admin', basic('for all'))).toBe(200);
  expect(call('rules.password', { ...shop, path: '/admin', user: '', password: null })).rejects.toThrow(
    'shop/production/admin has no password for everybody',
  );
});

test('passwords_from_before_there_were_places_go_on_for_the_whole_environment', async () => {
  await stop();
  const path = join(folder, 'older.db');
  const older = openStore(
    path,
    migrations.filter(({ id }) => id !== 'proxy-005-password-places'),
    silent,
  );
  older.db.query("INSERT INTO proxy_passwords (service, user, sealed) VALUES ('a/b', 'ann', x'01')").run();
  older.close();
  const newer = openStore(path, migrations, silent);
  expect(newer.db.query('SELECT service, path, user FROM proxy_passwords').all()).toEqual([
    { service: 'a/b', path: '', user: 'ann' },
  ]);
  newer.close();
  await start();
});
