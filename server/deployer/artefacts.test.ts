import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { removeSealed } from './artefact-seal.ts';
import { type ArtefactStore, openArtefactStore } from './artefacts.ts';

let room: string;
let store: ArtefactStore;
beforeEach(async () => {
  room = await mkdtemp(join(tmpdir(), 'artefacts-'));
  store = await openArtefactStore(join(room, 'store'));
});
afterEach(() => removeSealed(room));

async function built(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(room, 'built-'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}
const plain = { writable: [], like: null };
const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o7777;
const entries = () => readdir(join(room, 'store'));

test('a_folder_moves_in_and_cannot_be_changed_any_more', async () => {
  const folder = await built({ 'a.txt': 'hello', 'bin/run': '#!/bin/sh' });
  await chmod(join(folder, 'bin/run'), 0o4775);
  const { digest, bytes, files, reused } = await store.keep(folder, plain);
  expect({ bytes, files, reused }).toEqual({ bytes: 14, files: 2, reused: false });
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  const at = store.path(digest);
  expect(await readFile(join(at, 'a.txt'), 'utf8')).toBe('hello');
  expect([
    await mode(at),
    await mode(join(at, 'a.txt')),
    await mode(join(at, 'bin/run')),
    await mode(join(at, 'bin')),
  ]).toEqual([0o555, 0o444, 0o555, 0o555]);
  expect(await stat(folder).catch(() => null)).toBeNull();
  expect(await store.list()).toEqual([{ digest, bytes: 14 }]);
});

test('the_digest_knows_contents_paths_executable_bits_and_links_and_nothing_else', async () => {
  const base = { 'a.txt': 'hello', 'b/c.txt': 'x' };
  const first = await store.keep(await built(base), plain);
  const again = await built(base);
  await chmod(join(again, 'a.txt'), 0o600);
  const second = await store.keep(again, plain);
  expect(second).toEqual({ ...first, reused: true });
  expect((await entries()).filter((name) => name.startsWith('.'))).toEqual([]);

  const executable = await built(base);
  await chmod(join(executable, 'a.txt'), 0o755);
  const linked = await built(base);
  await symlink('a.txt', join(linked, 'l'));
  const relinked = await built(base);
  await symlink('b/c.txt', join(relinked, 'l'));
  const variants = [
    executable,
    linked,
    relinked,
    await built({ ...base, 'a.txt': 'Hello' }),
    await built({ 'a.txt': 'hello', 'b/d.txt': 'x' }),
  ];
  const digests = new Set([first.digest]);
  for (const variant of variants) digests.add((await store.keep(variant, plain)).digest);
  expect(digests.size).toBe(6);
});

test('writable_folders_stay_open_and_are_not_part_of_the_digest', async () => {
  const options = { writable: ['.next/cache', 'tmp'], like: null };
  const first = await store.keep(await built({ 'a.txt': 'x', '.next/cache/y': '1' }), options);
  const second = await store.keep(await built({ 'a.txt': 'x', '.next/cache/y': '2' }), options);
  expect(second.digest).toBe(first.digest);
  const at = store.path(first.digest);
  expect([
    await mode(join(at, '.next/cache')),
    await mode(join(at, 'tmp')),
    await mode(join(at, '.next')),
  ]).toEqual([0o777, 0o777, 0o555]);
});

test('links_that_lead_outside_are_left_out_and_absolute_ones_into_it_become_relative', async () => {
  const folder = await built({ 'a/b.txt': 'x' });
  await symlink('/etc/passwd', join(folder, 'etc'));
  await symlink('../../x', join(folder, 'a/up'));
  await symlink(join(folder, 'a/b.txt'), join(folder, 'a/absolute'));
  await symlink('.', join(folder, 'dot'));
  await symlink('dot/..', join(folder, 'sly'));
  const { digest, leftOut } = await store.keep(folder, plain);
  expect(leftOut.sort()).toEqual(['a/up', 'etc', 'sly']);
  expect(await readlink(join(store.path(digest), 'a/absolute'))).toBe('b.txt');
  expect((await readdir(join(store.path(digest), 'a'))).sort()).toEqual(['absolute', 'b.txt']);
});

test('equal_package_files_of_two_releases_take_their_space_once_and_other_files_do_not_share', async () => {
  const first = await store.keep(
    await built({ 'a.txt': 'same', 'node_modules/x/i.js': 'same', 'node_modules/x/j.js': '1' }),
    plain,
  );
  const second = await store.keep(
    await built({ 'a.txt': 'same', 'node_modules/x/i.js': 'same', 'node_modules/x/j.js': '2' }),
    { writable: [], like: first.digest },
  );
  const inode = async (digest: string, path: string): Promise<number> =>
    (await stat(join(store.path(digest), path))).ino;
  expect(await inode(first.digest, 'node_modules/x/i.js')).toBe(
    await inode(second.digest, 'node_modules/x/i.js'),
  );
  expect(await inode(first.digest, 'node_modules/x/j.js')).not.toBe(
    await inode(second.digest, 'node_modules/x/j.js'),
  );
  expect(await inode(first.digest, 'a.txt')).not.toBe(await inode(second.digest, 'a.txt'));
  await store.remove(first.digest);
  expect(await readFile(join(store.path(second.digest), 'node_modules/x/i.js'), 'utf8')).toBe('same');
});

test('removing_leaves_nothing_and_an_unknown_digest_is_no_error', async () => {
  const { digest } = await store.keep(await built({ 'a/b': 'x' }), plain);
  await store.remove(digest);
  await store.remove(digest);
  await store.remove('../room');
  expect(await store.has(digest)).toBe(false);
  expect(await entries()).toEqual([]);
});

test('what_an_interrupted_move_left_is_cleaned_and_whole_artefacts_stay', async () => {
  const { digest } = await store.keep(await built({ a: 'x' }), plain);
  const at = join(room, 'store');
  await mkdir(join(at, '.incoming-1/sub'), { recursive: true });
  await chmod(join(at, '.incoming-1'), 0o555);
  await mkdir(join(at, '.removed-2'));
  await writeFile(join(at, '.incoming-1.manifest'), '');
  await writeFile(join(at, `${'0'.repeat(64)}.json`), '{}');
  await store.clean();
  expect((await entries()).sort()).toEqual([digest, `${digest}.json`, `${digest}.manifest`].sort());
});

test('a_folder_that_cannot_be_kept_leaves_nothing_in_the_store', async () => {
  await expect(store.keep(join(room, 'gone'), plain)).rejects.toThrow();
  expect(await entries()).toEqual([]);
});
