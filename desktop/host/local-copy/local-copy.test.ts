/** A copy is encrypted, checked, resumed where it was cut off, and nobody's who has another key. */

import { afterEach, beforeEach, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ControlClient } from '../control-client.ts';
import { openCopyStore, removeCopies } from './copy-store.ts';
import { keyFrom } from './key-file.ts';
import { syncCopy } from './sync-copy.ts';

const site = { id: 'one', app: 'shop', environment: 'production', counted: 'script' as const };
const key = Buffer.alloc(32, 1);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'copies-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A server with these days; `fetched` are those that were asked for. */
function serverWith(days: Record<number, string>, damaged?: number) {
  const fetched: number[] = [];
  const control = {
    call: async () => ({
      partitions: Object.entries(days).map(([day, text]) => ({
        day: Number(day),
        bytes: text.length,
        events: 1,
        version: `v-${text}`,
      })),
    }),
    stream: async (_: string, { day }: { day: number }, onEvent: (event: unknown) => void) => {
      fetched.push(day);
      const bytes = Buffer.from(days[day] ?? '');
      const packed = gzipSync(bytes).toString('base64');
      // In two pieces, cut where base64 may be cut.
      onEvent({ piece: packed.slice(0, 8) });
      onEvent({ piece: packed.slice(8) });
      const sum = createHash('sha256').update(bytes).digest('hex');
      return { sha256: day === damaged ? '00' : sum };
    },
  } as unknown as ControlClient;
  return { control, fetched };
}

const sync = (control: ControlClient, at = 1000) =>
  syncCopy(control, openCopyStore(folder, key, site), site, at, () => {}, new AbortController().signal);

test('only_what_is_new_or_changed_is_fetched_the_newest_first_and_what_is_gone_goes', async () => {
  const first = serverWith({ 1: 'one', 2: 'two', 3: 'three' });
  await sync(first.control);
  expect(first.fetched).toEqual([3, 2, 1]);
  const second = serverWith({ 2: 'two', 3: 'changed', 4: 'four' });
  const state = await sync(second.control, 2000);
  expect(second.fetched).toEqual([4, 3]);
  expect(state.days.map(({ day }) => day)).toEqual([2, 3, 4]);
  expect(state.syncedAt).toBe(2000);
  const store = openCopyStore(folder, key, site);
  expect((await store.read(3))?.toString()).toBe('changed');
  expect(await store.read(1)).toBeNull();
});

test('a_damaged_day_is_not_kept_and_what_came_before_it_is_not_fetched_again', async () => {
  const days = { 1: 'one', 2: 'two', 3: 'three' };
  await expect(sync(serverWith(days, 2).control)).rejects.toThrow('damaged');
  const store = openCopyStore(folder, key, site);
  expect((await store.held()).days.map(({ day }) => day)).toEqual([3]);
  // Never complete, so it does not say that it is as of any time.
  expect((await store.held()).syncedAt).toBeNull();
  const again = serverWith(days);
  await sync(again.control);
  expect(again.fetched).toEqual([2, 1]);
});

test('nothing_on_the_disk_can_be_read_without_the_key_nor_moved_to_another_place', async () => {
  await sync(serverWith({ 1: 'secret visits', 2: 'other visits' }).control);
  const [server = ''] = readdirSync(folder);
  const inside = join(server, readdirSync(join(folder, server))[0] ?? '');
  for (const name of readdirSync(join(folder, inside))) {
    const text = readFileSync(join(folder, inside, name), 'latin1');
    expect(text).not.toContain('visits');
    expect(text).not.toContain('shop');
  }
  expect(inside).not.toContain('shop');
  const stranger = openCopyStore(folder, Buffer.alloc(32, 2), site);
  expect(await stranger.held()).toEqual({ syncedAt: null, days: [] });
  expect(await stranger.read(1)).toBeNull();
  await Bun.write(join(folder, inside, '1'), Bun.file(join(folder, inside, '2')));
  expect(await openCopyStore(folder, key, site).read(1)).toBeNull();
});

test('a_server_that_is_no_longer_known_leaves_no_copy', async () => {
  await sync(serverWith({ 1: 'one' }).control);
  await removeCopies(folder, 'another');
  expect((await openCopyStore(folder, key, site).held()).days).toHaveLength(1);
  await removeCopies(folder, site.id);
  expect(readdirSync(folder)).toEqual([]);
});

test('a_key_is_made_once_and_only_its_owner_may_read_it', async () => {
  const path = join(folder, 'keys/copy.key');
  const made = await keyFrom(path)();
  expect(made).toHaveLength(32);
  expect((await keyFrom(path)()).equals(made)).toBe(true);
  expect((await Bun.file(path).stat()).mode & 0o777).toBe(0o600);
});
