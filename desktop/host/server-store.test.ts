/** The servers' file: replaced as a whole, never overwritten when it cannot be understood. */

import { afterEach, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Server } from '../../shared/desktop/address.ts';
import { openServerStore } from './server-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-'));
const path = join(folder, 'inner', 'servers.json');
afterEach(() => rmSync(join(folder, 'inner'), { recursive: true, force: true }));

const entry = (id: string): Server => ({
  id,
  name: id,
  address: { kind: 'ssh', host: 'h', port: 22, user: 'root', auth: { kind: 'agent' } },
  hostKey: null,
  jumpHostKey: null,
  addedAt: 1,
  provisioned: null,
});

test('what_is_put_is_there_after_opening_again_and_private', async () => {
  const store = await openServerStore(path);
  await Promise.all([store.put(entry('a')), store.put(entry('b'))]);
  await store.put({ ...entry('a'), name: 'new' });
  await store.remove('b');
  const again = await openServerStore(path);
  expect(again.all().map(({ name }) => name)).toEqual(['new']);
  expect(statSync(path).mode & 0o077).toBe(0);
  expect(readdirSync(join(folder, 'inner'))).toEqual(['servers.json']);
});

test('a_damaged_file_is_told_and_left_as_it_is', async () => {
  const store = await openServerStore(path);
  await store.put(entry('a'));
  writeFileSync(path, '{"version":1,"servers":[{');
  await expect(openServerStore(path)).rejects.toThrow('damaged');
  expect(await Bun.file(path).text()).toBe('{"version":1,"servers":[{');
});

test('an_unknown_server_is_not_found', async () => {
  const store = await openServerStore(path);
  expect(() => store.get('x')).toThrow('no such server');
});
