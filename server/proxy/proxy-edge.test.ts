import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WindlassError } from '../../shared/errors.ts';
import type { Backend } from '../../shared/proxy/backend.ts';
import { systemClock } from '../kernel/clock.ts';
import type { CallContext } from '../kernel/feature.ts';
import type { Log } from '../kernel/log.ts';
import { openSecrets } from '../kernel/secrets.ts';
import { type OwnedStore, openStore } from '../kernel/store.ts';
import { proxyHandlers } from './handlers.ts';
import { ProxyEdge } from './proxy-edge.ts';
import { RuleStore } from './rules/rule-store.ts';
import { proxyMigrations } from './schema.ts';
import { ServiceStore } from './service-store.ts';
import { Services } from './services.ts';
import { Shortcuts } from './shortcuts.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const context: CallContext = { signal: new AbortController().signal };
const shop = { app: 'shop', environment: 'production' };

let folder: string;
let store: OwnedStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-edge-'));
  store = openStore(join(folder, 'control.db'), proxyMigrations, silent);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The proxy without its listener, as it is after a start on what is stored. */
function proxy() {
  const services = new Services({
    clock: systemClock,
    reprobeMs: 60_000,
    answers: async () => false,
    onHealth: () => {},
    onTargetGone: () => {},
  });
  const kept = new ServiceStore(store);
  const rules = new RuleStore(store, openSecrets(join(folder, 'master.key'), { create: true }));
  const edge = new ProxyEdge({
    store: kept,
    services,
    rules,
    shortcuts: new Shortcuts(),
    log: silent,
    listening: () => ({ address: '127.0.0.1', port: 8080 }),
    publicPort: null,
    probeHeaders: {},
    selfProbeMs: 1000,
  });
  edge.restore();
  const serving = (host: string, path = '/') => {
    const match = services.table.match(host, path);
    const admission = match?.service.admit();
    return admission?.kind === 'go' ? admission.lease.backend.release : (admission?.kind ?? null);
  };
  return { edge, services, serving, handlers: proxyHandlers(kept, edge, rules, () => {}) };
}

const release = (number: number): Backend => ({
  kind: 'instances',
  release: number,
  targets: [{ id: `i${number}`, host: '127.0.0.1', port: 1000 + number }],
});

function deploy(edge: ProxyEdge, service: string, backend: Backend): void {
  store.transaction(() => edge.stageBackend(service, backend))();
}

async function refusal(work: () => unknown): Promise<WindlassError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof WindlassError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

test('a_staged_backend_serves_only_after_its_swap', () => {
  const { edge, serving } = proxy();
  edge.ensureService('shop/production', 'shop.test');
  expect(serving('shop.test')).toBe('empty');
  deploy(edge, 'shop/production', release(1));
  const swap = store.transaction(() => edge.stageBackend('shop/production', release(2)));
  expect(serving('shop.test')).toBe(1);
  swap();
  expect(serving('shop.test')).toBe(2);
  swap();
  expect(serving('shop.test')).toBe(2);
});

test('a_transaction_that_fails_leaves_the_old_release_serving_and_stored', () => {
  const { edge, serving } = proxy();
  edge.ensureService('shop/production', 'shop.test');
  deploy(edge, 'shop/production', release(1));
  expect(() =>
    store.transaction(() => {
      edge.stageBackend('shop/production', release(2));
      throw new Error('the deployer changed its mind');
    }),
  ).toThrow('changed its mind');
  expect(serving('shop.test')).toBe(1);
  expect(proxy().serving('shop.test')).toBe(1);
});

test('what_a_failed_transaction_took_back_is_never_followed', async () => {
  const { edge, serving } = proxy();
  edge.ensureService('shop/production', 'shop.test');
  deploy(edge, 'shop/production', release(1));
  expect(() =>
    store.transaction(() => {
      edge.ensureService('new/production', 'new.test');
      edge.setConfigRoutes('shop/production', [{ pathPrefix: '/api', stripPrefix: true }]);
      edge.stop('shop/production');
      edge.remove('shop/production');
      throw new Error('the disk is full');
    }),
  ).toThrow('the disk is full');
  expect(serving('shop.test')).toBe(1);
  await Promise.resolve();
  expect(serving('shop.test', '/api')).toBe(1);
  expect(serving('new.test')).toBeNull();
  expect(edge.urls('shop/production')).toEqual(['http://shop.test:8080']);
});

test('what_a_transaction_stored_is_followed_once_it_is_on_disk', async () => {
  const { edge, serving } = proxy();
  const swap = store.transaction(() => {
    edge.ensureService('shop/production', 'shop.test');
    return edge.stageBackend('shop/production', release(1));
  });
  swap();
  await Promise.resolve();
  expect(serving('shop.test')).toBe(1);
  store.transaction(() => edge.stop('shop/production'));
  await Promise.resolve();
  expect(serving('shop.test')).toBe('stopped');
  store.transaction(() => edge.remove('shop/production'));
  await Promise.resolve();
  expect(serving('shop.test')).toBeNull();
});

test('a_restart_brings_back_hosts_paths_backends_pauses_and_stops', async () => {
  const before = proxy();
  before.edge.ensureService('shop/production', 'shop.test');
  before.edge.setConfigRoutes('shop/production', [{ pathPrefix: '/api', stripPrefix: true }]);
  before.edge.setHealthPath('shop/production', '/up');
  await before.handlers['domains.add']?.(
    { ...shop, host: '*.Shop.example', pathPrefix: '/', stripPrefix: true },
    context,
  );
  deploy(before.edge, 'shop/production', release(3));
  before.edge.ensureService('held/production', 'held.test');
  deploy(before.edge, 'held/production', release(1));
  before.edge.setTraffic('held/production', { kind: 'pause', maxPauseMs: 5000 });
  before.edge.ensureService('off/production', 'off.test');
  deploy(before.edge, 'off/production', release(1));
  before.edge.stop('off/production');

  const after = proxy();
  expect(after.serving('shop.test')).toBe(3);
  expect(after.serving('eu.shop.example')).toBe(3);
  expect(after.services.table.match('shop.test', '/api/x')?.route).toEqual({
    host: 'shop.test',
    pathPrefix: '/api',
    stripPrefix: true,
  });
  expect(after.services.table.match('shop.test', '/')?.service.healthPath).toBe('/up');
  expect(after.serving('held.test')).toBe('wait');
  expect(after.edge.isPaused('held/production')).toBe(true);
  expect(after.serving('off.test')).toBe('stopped');
  expect(after.serving('other.test')).toBeNull();
});

test('a_pause_outlasts_a_deploy_and_a_restart_and_resume_ends_it', async () => {
  const { edge, handlers, serving } = proxy();
  edge.ensureService('shop/production', 'shop.test');
  deploy(edge, 'shop/production', release(1));
  expect(await handlers['traffic.pause']?.({ ...shop, maxPause: 30 }, context)).toEqual({ state: 'paused' });
  deploy(edge, 'shop/production', release(2));
  expect(serving('shop.test')).toBe('wait');
  expect(proxy().serving('shop.test')).toBe('wait');
  expect(await handlers['traffic.resume']?.(shop, context)).toEqual({ state: 'flowing' });
  expect(serving('shop.test')).toBe(2);
  expect(proxy().serving('shop.test')).toBe(2);
});

test('a_stop_is_ended_by_a_deploy_only', async () => {
  const { edge, handlers, serving } = proxy();
  edge.ensureService('shop/production', 'shop.test');
  deploy(edge, 'shop/production', release(1));
  edge.stop('shop/production');
  expect(serving('shop.test')).toBe('stopped');
  const error = await refusal(() => handlers['traffic.resume']?.(shop, context));
  expect(error.code).toBe('conflict');
  expect(serving('shop.test')).toBe('stopped');
  deploy(edge, 'shop/production', release(2));
  expect(serving('shop.test')).toBe(2);
  expect(proxy().serving('shop.test')).toBe(2);
});

test('a_host_of_another_app_is_refused_with_its_name_and_free_after_removal', async () => {
  const { edge, handlers, serving } = proxy();
  edge.ensureService('shop/production', 'shop.test');
  deploy(edge, 'shop/production', release(1));
  edge.ensureService('blog/production', 'blog.test');
  const add = () =>
    handlers['domains.add']?.(
      { app: 'blog', environment: 'production', host: 'SHOP.test', pathPrefix: '/blog', stripPrefix: true },
      context,
    );
  const error = await refusal(add);
  expect(error.code).toBe('conflict');
  expect(error.message).toBe('host shop.test is used by app shop');
  expect(error.hint).toBeTruthy();
  expect((await refusal(() => edge.ensureService('new/production', 'shop.test'))).message).toContain('shop');
  expect(edge.urls('new/production')).toEqual([]);
  expect(serving('shop.test', '/blog')).toBe(1);

  edge.remove('shop/production');
  expect(serving('shop.test')).toBeNull();
  await add();
  expect(serving('shop.test', '/blog')).toBe('empty');
  expect(serving('shop.test', '/')).toBeNull();
});

test('environments_of_one_app_share_a_host_by_path_prefix_but_not_the_same_prefix', async () => {
  const { edge, handlers, serving } = proxy();
  edge.ensureService('shop/production', 'shop.test');
  edge.ensureService('shop/beta', 'beta.shop.test');
  deploy(edge, 'shop/production', release(1));
  deploy(edge, 'shop/beta', release(2));
  const add = (pathPrefix: string) =>
    handlers['domains.add']?.(
      { app: 'shop', environment: 'beta', host: 'shop.test', pathPrefix, stripPrefix: true },
      context,
    );
  await add('/beta/');
  expect(serving('shop.test', '/beta/x')).toBe(2);
  expect(serving('shop.test', '/betamax')).toBe(1);
  expect((await refusal(() => add('/'))).message).toBe('shop.test is used by shop/production');
});

test('domains_are_listed_added_again_and_removed_and_given_ones_stay', async () => {
  const { edge, handlers, serving } = proxy();
  edge.ensureService('shop/production', 'shop.test');
  deploy(edge, 'shop/production', release(1));
  edge.setConfigRoutes('shop/production', [{ pathPrefix: '/api', stripPrefix: false }]);
  const www = { ...shop, host: 'www.example.com', pathPrefix: '/' };
  await handlers['domains.add']?.({ ...www, stripPrefix: true }, context);
  const listed = await handlers['domains.add']?.({ ...www, stripPrefix: false }, context);
  expect(listed?.domains).toEqual([
    { host: 'shop.test', pathPrefix: '/', stripPrefix: false, given: true },
    { host: 'shop.test', pathPrefix: '/api', stripPrefix: false, given: false },
    { host: 'www.example.com', pathPrefix: '/', stripPrefix: false, given: false },
  ]);
  expect(edge.urls('shop/production')).toEqual([
    'http://shop.test:8080',
    'http://shop.test:8080/api',
    'http://www.example.com:8080',
  ]);
  const remove = handlers['domains.remove'];
  const given = await refusal(() => remove?.({ ...shop, host: 'shop.test', pathPrefix: '/' }, context));
  expect(given.code).toBe('conflict');
  const config = await refusal(() => remove?.({ ...shop, host: 'shop.test', pathPrefix: '/api' }, context));
  expect(config.message).toContain('windlass.json');
  expect((await refusal(() => remove?.({ ...www, host: 'no.example.com' }, context))).code).toBe('not-found');
  await remove?.(www, context);
  expect(serving('www.example.com')).toBeNull();
  expect(serving('shop.test')).toBe(1);
});

test('bad_hosts_paths_and_unknown_environments_are_refused_and_change_nothing', async () => {
  const { edge, handlers } = proxy();
  edge.ensureService('shop/production', 'shop.test');
  const add = (host: string, pathPrefix: string, app = 'shop') =>
    refusal(() => handlers['domains.add']?.({ ...shop, app, host, pathPrefix, stripPrefix: true }, context));
  expect((await add('http://x.test', '/')).code).toBe('invalid');
  expect((await add('x.test', 'api')).code).toBe('invalid');
  expect((await add('x.test', '/', 'nobody')).code).toBe('not-found');
  expect((await refusal(() => edge.stageBackend('nobody/production', release(1)))).code).toBe('not-found');
  expect(
    (
      await refusal(() =>
        edge.setConfigRoutes('shop/production', [
          { pathPrefix: '/ok', stripPrefix: true },
          { pathPrefix: '/../up', stripPrefix: true },
        ]),
      )
    ).code,
  ).toBe('invalid');
  expect(edge.urls('shop/production')).toEqual(['http://shop.test:8080']);
});

test('a_new_given_host_takes_the_config_routes_along_and_frees_the_old_one', () => {
  const { edge, serving } = proxy();
  edge.ensureService('shop/production', 'shop.old');
  edge.setConfigRoutes('shop/production', [{ pathPrefix: '/api', stripPrefix: true }]);
  deploy(edge, 'shop/production', release(1));
  edge.ensureService('shop/production', 'shop.new');
  expect(edge.urls('shop/production')).toEqual(['http://shop.new:8080', 'http://shop.new:8080/api']);
  expect(serving('shop.old')).toBeNull();
  expect(serving('shop.new', '/api')).toBe(1);
  edge.ensureService('other/production', 'shop.old');
});

test('a_health_path_of_slash_sets_none_so_that_visitors_are_held', () => {
  const { edge, services } = proxy();
  edge.ensureService('shop/production', 'shop.test');
  edge.setHealthPath('shop/production', '/');
  expect(services.table.match('shop.test', '/')?.service.healthPath).toBe('');
});

test('removing_a_service_ends_its_requests_and_turns_waiters_away', async () => {
  const { edge, services } = proxy();
  edge.ensureService('shop/production', 'shop.test');
  deploy(edge, 'shop/production', release(1));
  const service = services.get('shop/production');
  const admission = service?.admit();
  if (admission?.kind !== 'go') throw new Error('not admitted');
  const cut = new Promise<void>((resolve) => admission.lease.onCut(resolve));
  edge.setTraffic('shop/production', { kind: 'pause', maxPauseMs: 60_000 });
  const held = service?.admit();
  edge.remove('shop/production');
  if (held?.kind !== 'wait') throw new Error('not held');
  expect(await held.until).toBe('stopped');
  await cut;
  admission.lease.end({ status: 504, byProxy: true });
  await services.shutDown(1000);
});
