import { afterEach, beforeEach, expect, test } from 'bun:test';
import { createWriteStream } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { gzipSync, zstdCompressSync } from 'bun';
import { pack } from 'tar-stream';
import { WindlassError } from '../../../shared/errors.ts';
import { extractArchive } from './extract.ts';

type Entry = { name: string; type?: string; mode?: number; linkname?: string; size?: number };

let room: string;
let into: string;
beforeEach(async () => {
  room = await mkdtemp(join(tmpdir(), 'extract-'));
  into = join(room, 'into');
  await mkdir(into);
});
afterEach(() => rm(room, { recursive: true, force: true }));

/** A plain tar; a text body makes a file. */
async function tarOf(entries: [Entry, string?][]): Promise<Buffer> {
  const tar = pack();
  for (const [header, body] of entries) tar.entry({ mtime: new Date(0), ...header } as never, body ?? '');
  tar.finalize();
  const file = join(room, 'made.tar');
  await pipeline(tar as never, createWriteStream(file));
  return readFile(file);
}

async function extract(
  bytes: Uint8Array,
  limits: { maxBytes?: number; maxEntries?: number; signal?: AbortSignal } = {},
) {
  const archive = join(room, 'archive');
  await writeFile(archive, bytes);
  return extractArchive({ archive, into, maxBytes: 1e6, signal: new AbortController().signal, ...limits });
}

async function refusal(bytes: Uint8Array, limits = {}): Promise<WindlassError> {
  const error = await extract(bytes, limits).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof WindlassError)) throw new Error(`not refused: ${String(error)}`);
  expect(await readdir(into)).toEqual([]);
  expect((await readdir(room)).sort()).toEqual(
    (await readdir(room)).filter((name) => ['into', 'archive', 'made.tar', 'outside'].includes(name)).sort(),
  );
  return error;
}

for (const [kind, compress] of [
  ['plain', (bytes: Buffer) => bytes],
  ['gzip', (bytes: Buffer) => gzipSync(new Uint8Array(bytes))],
  ['zstd', (bytes: Buffer) => zstdCompressSync(bytes)],
] as const) {
  test(`a_${kind}_tar_is_unpacked_with_executable_bits_and_inner_links`, async () => {
    const tar = await tarOf([
      [{ name: './', type: 'directory' }],
      [{ name: './bin/run', mode: 0o4777 }, '#!/bin/sh\n'],
      [{ name: './a.txt', mode: 0o666 }, 'hello'],
      [{ name: './bin/link', type: 'symlink', linkname: '../a.txt' }],
      [{ name: './hard', type: 'link', linkname: 'a.txt' }],
    ]);
    expect(await extract(compress(tar))).toEqual({ files: 4, bytes: 15 });
    expect((await stat(join(into, 'bin/run'))).mode & 0o7777).toBe(0o755);
    expect((await stat(join(into, 'a.txt'))).mode & 0o7777).toBe(0o644);
    expect(await readlink(join(into, 'bin/link'))).toBe('../a.txt');
    expect(await readFile(join(into, 'hard'), 'utf8')).toBe('hello');
  });

  test(`a_${kind}_tar_cut_anywhere_is_refused`, async () => {
    const bytes = compress(
      await tarOf([
        [{ name: 'a' }, 'x'.repeat(5000)],
        [{ name: 'b' }, 'y'.repeat(300)],
      ]),
    );
    for (const share of [0.3, 0.6, 0.95]) {
      const error = await refusal(bytes.subarray(0, Math.floor(bytes.length * share)));
      expect(error.code).toBe('invalid');
      expect(error.message).toMatch(/ends in the middle|damaged/);
    }
  });
}

const escapes: [claim: string, entries: [Entry, string?][], named: string][] = [
  ['a_path_with_dots', [[{ name: '../evil' }, 'x']], '../evil'],
  ['a_path_with_dots_inside', [[{ name: 'a/../../evil' }, 'x']], 'a/../../evil'],
  ['an_absolute_path', [[{ name: '/etc/evil' }, 'x']], '/etc/evil'],
  ['an_absolute_link', [[{ name: 'l', type: 'symlink', linkname: '/etc/passwd' }]], '"l"'],
  ['a_link_that_leaves', [[{ name: 'a/l', type: 'symlink', linkname: '../../outside' }]], '"a/l"'],
  [
    'a_write_through_a_link',
    [
      [{ name: 'd', type: 'directory' }],
      [{ name: 'l', type: 'symlink', linkname: 'd' }],
      [{ name: 'l/x' }, 'x'],
    ],
    '"l/x"',
  ],
  [
    'a_file_over_a_link',
    [[{ name: 'a' }, 'x'], [{ name: 'l', type: 'symlink', linkname: 'a' }], [{ name: 'l' }, 'y']],
    '"l"',
  ],
  ['a_hard_link_that_leaves', [[{ name: 'h', type: 'link', linkname: '../outside' }]], '"h"'],
  [
    'a_hard_link_to_a_link',
    [[{ name: 'l', type: 'symlink', linkname: 'x' }], [{ name: 'h', type: 'link', linkname: 'l' }]],
    '"h"',
  ],
  ['a_device', [[{ name: 'dev', type: 'character-device' }]], '"dev"'],
  ['a_pipe', [[{ name: 'fifo', type: 'fifo' }]], '"fifo"'],
  [
    'a_name_given_twice',
    [
      [{ name: 'a' }, 'x'],
      [{ name: './a' }, 'y'],
    ],
    './a',
  ],
  [
    'a_file_used_as_a_folder',
    [
      [{ name: 'a' }, 'x'],
      [{ name: 'a/b' }, 'y'],
    ],
    'a/b',
  ],
  ['a_control_character', [[{ name: 'a\nb' }, 'x']], 'a\\nb'],
  ['a_long_name', [[{ name: 'n'.repeat(300) }, 'x']], 'nnn'],
];
for (const [claim, entries, named] of escapes) {
  test(`${claim}_is_refused_by_name_and_nothing_is_left`, async () => {
    await writeFile(join(room, 'outside'), 'untouched');
    const error = await refusal(await tarOf([[{ name: 'first' }, 'x'], ...entries]));
    expect(error.code).toBe('invalid');
    expect(error.message).toContain(named);
    expect(await readFile(join(room, 'outside'), 'utf8')).toBe('untouched');
  });
}

test('a_chain_of_links_cannot_climb_out', async () => {
  await extract(
    await tarOf([
      [{ name: 'x' }, 'x'],
      [{ name: 'd/a', type: 'symlink', linkname: '.' }],
      [{ name: 'd/b', type: 'symlink', linkname: 'a/../..' }],
    ]),
  );
  expect(await readlink(join(into, 'd/b'))).toBe('..');
  const resolved = await Bun.$`realpath ${join(into, 'd/b')}`.text();
  expect(resolved.trim()).toBe(into);
});

test('a_nul_in_a_pax_path_is_refused', async () => {
  const error = await refusal(await tarOf([[{ name: 'ok', pax: { path: 'a\0b' } } as Entry, 'x']]));
  expect(error.message).toContain('control characters');
});

test('a_single_top_folder_is_taken_away', async () => {
  await extract(
    await tarOf([
      [{ name: 'repo-1/', type: 'directory' }],
      [{ name: 'repo-1/package.json' }, '{}'],
      [{ name: 'repo-1/src/a' }, 'a'],
      [{ name: 'repo-1/l', type: 'symlink', linkname: 'src/a' }],
    ]),
  );
  expect((await readdir(into)).sort()).toEqual(['l', 'package.json', 'src']);
});

test('a_folder_and_a_file_at_the_top_are_kept', async () => {
  await extract(
    await tarOf([
      [{ name: 'app/x' }, '1'],
      [{ name: 'y' }, '2'],
    ]),
  );
  expect((await readdir(into)).sort()).toEqual(['app', 'y']);
});

test('an_archive_that_names_its_own_root_is_not_unwrapped', async () => {
  await extract(await tarOf([[{ name: './', type: 'directory' }], [{ name: './public/index.html' }, 'x']]));
  expect(await readdir(into)).toEqual(['public']);
});

test('a_single_file_is_not_taken_for_a_folder', async () => {
  await extract(await tarOf([[{ name: 'index.html' }, 'x']]));
  expect(await readdir(into)).toEqual(['index.html']);
});

test('a_link_that_unwrapping_would_let_out_is_refused', async () => {
  const error = await refusal(
    await tarOf([[{ name: 'top/x' }, 'x'], [{ name: 'top/l', type: 'symlink', linkname: '../top/x' }]]),
  );
  expect(error.message).toContain('top/l');
});

test('mac_metadata_is_skipped', async () => {
  await extract(
    await tarOf([
      [{ name: './._app' }, 'm'],
      [{ name: '._top' }, 'm'],
      [{ name: 'app/a' }, 'x'],
      [{ name: 'app/._a' }, 'm'],
      [{ name: '__MACOSX/app/._a' }, 'm'],
    ]),
  );
  expect(await readdir(into)).toEqual(['a']);
});

test('long_paths_in_pax_headers_are_read', async () => {
  const path = `${'deep/'.repeat(60)}file`;
  await extract(await tarOf([[{ name: './', type: 'directory' }], [{ name: path }, 'x']]));
  expect((await lstat(join(into, path))).isFile()).toBe(true);
});

test('too_many_bytes_entries_or_a_bomb_are_a_limit', async () => {
  const big = await tarOf([
    [{ name: 'a' }, 'x'.repeat(2000)],
    [{ name: 'b' }, 'x'.repeat(2000)],
  ]);
  expect((await refusal(big, { maxBytes: 3000 })).code).toBe('limit');
  expect((await refusal(big, { maxEntries: 1 })).code).toBe('limit');
  const bomb = gzipSync(Buffer.concat([await tarOf([[{ name: 'a' }, 'x']]), Buffer.alloc(64e6)]));
  expect((await refusal(bomb, { maxBytes: 1000 })).code).toBe('limit');
});

test('what_is_no_archive_is_said_to_be_none', async () => {
  expect((await refusal(Buffer.from('hello, I am text '.repeat(100)))).message).toContain(
    'not a tar archive',
  );
  expect((await refusal(Buffer.from('short'))).code).toBe('invalid');
  expect((await refusal(gzipSync(Buffer.from('no tar inside '.repeat(100))))).message).toContain(
    'not a tar archive',
  );
  expect((await refusal(Buffer.from('PK\u0003\u0004zipzip'))).message).toContain('a zip file');
  expect((await refusal(Buffer.alloc(1024))).message).toContain('empty');
  expect((await refusal(Buffer.alloc(0))).code).toBe('invalid');
});

test('an_abort_cancels_and_leaves_nothing', async () => {
  const bytes = await tarOf([[{ name: 'a' }, 'x'.repeat(2000)]]);
  expect((await refusal(bytes, { signal: AbortSignal.abort() })).code).toBe('cancelled');
});
