import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import { extractArchive } from './extract.ts';
import { packFolder } from './pack.ts';

let room: string;
let app: string;
beforeEach(async () => {
  room = await mkdtemp(join(tmpdir(), 'pack-'));
  app = join(room, 'app');
  await mkdir(app);
});
afterEach(() => rm(room, { recursive: true, force: true }));

async function put(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(app, path)), { recursive: true });
    await writeFile(join(app, path), text);
  }
}

async function packed(folder = app) {
  const { stream, summary } = await packFolder(folder);
  const archive = new Uint8Array(await new Response(stream).arrayBuffer());
  return { archive, ...(await summary) };
}

async function unpacked(folder = app): Promise<string> {
  const file = join(room, 'a.tgz');
  await writeFile(file, (await packed(folder)).archive);
  const into = await mkdtemp(join(room, 'out-'));
  await extractArchive({ archive: file, into, maxBytes: 1e8, signal: new AbortController().signal });
  return into;
}

async function names(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

test('ignored_files_stay_at_home_and_the_nearest_rule_wins', async () => {
  await put({
    '.gitignore': '*.log\n/dist\nsecret/\n',
    '.windlassignore': 'docs\n!keep.log\n',
    'a.txt': 'a',
    'b.log': 'no',
    'keep.log': 'yes',
    'dist/x': 'no',
    'src/dist/x': 'yes',
    'secret/key': 'no',
    'docs/x.md': 'no',
    'src/.gitignore': 'tmp\n!special.log\n',
    'src/tmp/x': 'no',
    'src/special.log': 'yes',
    '.git/config': 'no',
    'node_modules/x/index.js': 'no',
    'src/node_modules/y.js': 'no',
    '.DS_Store': 'no',
    '.env.example': 'yes',
  });
  expect(await names(await unpacked())).toEqual(
    [
      '.env.example',
      '.gitignore',
      '.windlassignore',
      'a.txt',
      'keep.log',
      'src/.gitignore',
      'src/dist/x',
      'src/special.log',
    ].sort(),
  );
});

test('a_repository_around_the_folder_has_its_say_and_what_is_above_it_has_none', async () => {
  await writeFile(join(room, '.gitignore'), '*\n');
  await put({
    '.git/HEAD': 'x',
    '.gitignore': '.env\n',
    'apps/web/.env': 'SECRET=1',
    'apps/web/index.js': '1',
  });
  expect(await names(await unpacked(join(app, 'apps/web')))).toEqual(['index.js']);
});

test('executable_bits_and_inner_links_survive_outer_links_and_sockets_are_left_out', async () => {
  await put({ 'run.sh': '#!/bin/sh\n', 'lib/a.js': '1' });
  await chmod(join(app, 'run.sh'), 0o755);
  await writeFile(join(room, 'outside.txt'), 'secret');
  await symlink('../run.sh', join(app, 'lib/run'));
  await symlink(join(app, 'lib/a.js'), join(app, 'absolute'));
  await symlink('../outside.txt', join(app, 'outer'));
  await symlink('/etc/passwd', join(app, 'etc'));
  const server = Bun.listen({ unix: join(app, 'socket'), socket: { data() {} } });
  const { files, bytes, leftOut } = await packed();
  const into = await unpacked();
  server.stop();
  expect({ files, bytes, leftOut: leftOut.sort() }).toEqual({
    files: 2,
    bytes: 11,
    leftOut: ['etc', 'outer', 'socket'],
  });
  expect((await stat(join(into, 'run.sh'))).mode & 0o777).toBe(0o755);
  expect(await readlink(join(into, 'lib/run'))).toBe('../run.sh');
  expect(await readlink(join(into, 'absolute'))).toBe('lib/a.js');
  expect((await readdir(into)).sort()).toEqual(['absolute', 'lib', 'run.sh']);
});

test('the_same_files_give_the_same_bytes', async () => {
  await put({ b: '2', a: '1', 'c/d': '3', 'ümlaut 文.txt': 'x' });
  const first = await packed();
  await rm(app, { recursive: true });
  await put({ 'c/d': '3', 'ümlaut 文.txt': 'x', a: '1', b: '2' });
  expect(Buffer.from((await packed()).archive).equals(Buffer.from(first.archive))).toBe(true);
  expect(await readFile(join(await unpacked(), 'ümlaut 文.txt'), 'utf8')).toBe('x');
});

test('a_folder_with_one_folder_in_it_arrives_as_it_is', async () => {
  await put({ 'public/index.html': 'x' });
  expect(await names(await unpacked())).toEqual(['public/index.html']);
});

test('a_big_file_streams', async () => {
  await writeFile(join(app, 'big'), Buffer.alloc(48e6, 'windlass '));
  const { stream, summary } = await packFolder(app);
  let largest = 0;
  for await (const chunk of stream) largest = Math.max(largest, chunk.byteLength);
  expect((await summary).bytes).toBe(48e6);
  expect(largest).toBeLessThan(1e6);
});

test('a_reader_that_goes_away_ends_the_packing', async () => {
  await writeFile(join(app, 'big'), crypto.getRandomValues(new Uint8Array(65_536)));
  await put(
    Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`f${index}`, crypto.randomUUID().repeat(2000)]),
    ),
  );
  const { stream, summary } = await packFolder(app);
  const reader = stream.getReader();
  await reader.read();
  await reader.cancel();
  expect(
    await summary.then(
      () => 'ended well',
      () => 'stopped',
    ),
  ).toBe('stopped');
});

test('a_folder_that_is_not_there_is_not_found', async () => {
  const error = await packFolder(join(room, 'nope')).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WindlassError);
  expect((error as WindlassError).code).toBe('not-found');
});
