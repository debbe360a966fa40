/** Hosts that endpoints own: claimed, refused, kept over a restart. */

import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../../kernel/log.ts';
import { type OwnedStore, openStore } from '../../kernel/store.ts';
import { addRoute, giveHost } from '../host-claims.ts';
import { proxyMigrations } from '../schema.ts';
import { ServiceStore } from '../service-store.ts';
import { endpointHosts } from './endpoint-hosts.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
let folder: string;
let store: OwnedStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-hosts-'));
  store = openStore(join(folder, 'control.db'), proxyMigrations, silent);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = () => {
  let changes = 0;
  const services = new ServiceStore(store);
  return { services, hosts: endpointHosts(services, () => changes++), changes: () => changes };
};

test('a_claimed_host_is_kept_over_a_restart_and_free_after_its_release', () => {
  const { hosts, changes } = open();
  hosts.claim('Status.Example.com', 'status');
  hosts.claim('status.example.com', 'status');
  store.close();
  store = openStore(join(folder, 'control.db'), proxyMigrations, silent);
  const again = open().hosts;
  expect(again.claims()).toEqual([{ host: 'status.example.com', name: 'status' }]);
  again.release('status.example.com');
  again.release('never.example.com');
  expect(again.claims()).toEqual([]);
  expect(changes()).toBe(2);
});

test('apps_and_endpoints_refuse_each_others_hosts', () => {
  const { services, hosts, changes } = open();
  giveHost(services, 'shop/production', 'shop.example.com');
  expect(() => hosts.claim('shop.example.com', 'status')).toThrow('is used by app shop');
  hosts.claim('status.example.com', 'status');
  expect(() => hosts.claim('status.example.com', 'other')).toThrow("is used by the server's own status");
  const route = { host: 'status.example.com', pathPrefix: '/x', stripPrefix: true };
  expect(() => addRoute(services, 'shop/production', route)).toThrow("is used by the server's own status");
  expect(services.get('shop/production').routes).toHaveLength(1);
  expect(changes()).toBe(1);
});
