/** Input that cannot be right: a clear error, a hint, and nothing lost. */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deploy, deployBadly, production } from './fixtures/deployment.ts';
import { writeFiles } from './fixtures/files.ts';
import { type Run, run } from './fixtures/run.ts';
import { type Server, serveArgv, startServer } from './fixtures/server.ts';
import { type Entry, makeTar } from './fixtures/tar.ts';
import { expect, test } from './fixtures/test.ts';

const page = { 'index.html': '<!doctype html><title>shop</title><p>open\n' };

test('an_unknown_app_is_named_in_the_error', async ({ server }) => {
  for (const argv of [
    ['status', 'ghost'],
    ['rollback', 'ghost'],
    ['logs', 'ghost'],
    ['domains', 'ghost'],
  ]) {
    refused(await server.cli(...argv), 1, /ghost/);
  }
});

test('an_unknown_release_is_refused_and_the_live_one_stays', async ({ server, folder }) => {
  await deploy(server, 'shop', await writeFiles(join(folder, 'shop'), page));
  refused(await server.cli('rollback', 'shop', '--to', '99'), 1, /99/);
  refused(await server.cli('rollback', 'shop', '--to', 'nine'), 2, /nine/);
  refused(await server.cli('logs', 'shop', '--release', '99'), 1, /99/);
  expect((await production(server, 'shop')).liveRelease).toBe(1);
  expect((await server.get('shop')).body).toBe(page['index.html']);
});

test('a_host_that_is_none_is_refused_with_what_to_write', async ({ server, folder }) => {
  await deploy(server, 'shop', await writeFiles(join(folder, 'shop'), page));
  const before = await server.ask('domains', 'shop');
  for (const [host, why] of [
    ['https://shop.example', /URL/],
    ['shop.example:80', /port/],
    ['shop.example/api', /path/],
    ['a b.example', /space/],
    ['a..example', /empty/],
    ['shop_1.example', /a-z/],
    ['a.*.example', /\*/],
  ] as const) {
    refused(await server.cli('domains', 'shop', 'add', host), 1, why);
  }
  expect(await server.ask('domains', 'shop')).toEqual(before);
});

test('a_host_of_another_app_is_refused_and_stays_where_it_is', async ({ server, folder }) => {
  await deploy(server, 'shop', await writeFiles(join(folder, 'shop'), page));
  await deploy(server, 'blog', await writeFiles(join(folder, 'blog'), { 'index.html': 'blog\n' }));
  await server.ask('domains', 'shop', 'add', 'shop.example');
  refused(await server.cli('domains', 'blog', 'add', 'shop.example'), 1, /shop\.example is used by app shop/);
  refused(
    await server.cli('domains', 'blog', 'add', 'SHOP.localhost'),
    1,
    /shop\.localhost is used by app shop/,
  );
  expect((await server.get('shop')).body).toBe(page['index.html']);
});

test('a_malformed_windlass_json_is_told_with_line_and_column', async ({ server, folder }) => {
  await deploy(server, 'shop', await writeFiles(join(folder, 'shop'), page));
  for (const [text, place] of [
    ['{\n  "start": 5\n}\n', /windlass\.json, line 2, column 12: start: expected text in double quotes/],
    [
      '{\n  "health": {"watch": 1},\n  "strat": "bun server.js"\n}\n',
      /windlass\.json, line 3, column 3: .*strat/,
    ],
    ['{\n  "start": "bun server.js"\n  "port": 80\n}\n', /windlass\.json, line 3, column 3: /],
  ] as const) {
    const source = await writeFiles(join(folder, 'bad'), { ...page, 'windlass.json': text });
    const { seen, deployment } = await deployBadly(server, 'shop', '--dir', source);
    refused(seen, 1, place);
    expect(deployment.phase).toBe('failed');
  }
  expect((await server.get('shop')).body).toBe(page['index.html']);
});

test('an_archive_that_points_out_of_itself_writes_nothing_there', async ({ server, folder }) => {
  await deploy(server, 'shop', await writeFiles(join(folder, 'shop'), page));
  const outside = join(folder, 'outside.txt');
  const index: Entry = { kind: 'file', path: 'index.html', content: 'evil\n' };
  const up = '../'.repeat(12);
  const archives: Record<string, Entry[]> = {
    'a path with ..': [index, { kind: 'file', path: `${up}${outside.slice(1)}`, content: 'evil' }],
    'an absolute path': [index, { kind: 'file', path: outside, content: 'evil' }],
    'through a link': [
      index,
      { kind: 'link', path: 'door', to: folder },
      { kind: 'file', path: 'door/outside.txt', content: 'evil' },
    ],
  };
  for (const [name, entries] of Object.entries(archives)) {
    const file = join(folder, 'evil.tar');
    await writeFile(file, makeTar(entries));
    const { seen, deployment } = await deployBadly(server, 'shop', '--tar', file);
    refused(seen, 1, /archive/);
    expect(deployment.phase, name).toBe('failed');
    expect(existsSync(outside), name).toBe(false);
  }
  expect((await server.get('shop')).body).toBe(page['index.html']);
});

test('a_link_out_of_an_archive_shows_nothing_of_the_machine', async ({ server, folder }) => {
  const file = join(folder, 'link.tar');
  await writeFile(
    file,
    makeTar([
      { kind: 'file', path: 'index.html', content: 'fine\n' },
      { kind: 'link', path: 'passwd.txt', to: '/etc/passwd' },
    ]),
  );
  await server.cli('deploy', 'shop', '--tar', file);
  const answer = await server.get('shop', '/passwd.txt');
  expect(answer.status).not.toBe(200);
  expect(answer.body).not.toContain('root:');
});

test('a_repository_that_cannot_be_reached_is_told_as_that', async ({ server, folder }) => {
  await deploy(server, 'shop', await writeFiles(join(folder, 'shop'), page));
  const { seen } = await deployBadly(server, 'shop', '--git', 'https://127.0.0.1:1/you/shop.git');
  refused(seen, 1, /does not answer/);
  const wrong = await server.cli('deploy', 'shop', '--git', 'not a repository');
  refused(wrong, 1, /not the address of a repository/);
  expect((await server.get('shop')).body).toBe(page['index.html']);
});

test('a_full_disk_fails_what_needs_room_and_nothing_else', async ({ folder }) => {
  const disk = join(folder, 'disk');
  await mkdir(disk);
  // Windlass keeps 256 MB of the disk free, so this is one with 64 MB of room.
  const mounted = await run(['mount', '-t', 'tmpfs', '-o', 'size=320m', 'tmpfs', disk]);
  test.skip(mounted.code !== 0 && process.env.CI === undefined, 'mounting a small disk needs root');
  expect(mounted.code, mounted.stderr).toBe(0);
  const server = await startServer({ data: join(disk, 'data') });
  try {
    await deploy(server, 'shop', await writeFiles(join(folder, 'shop'), page));
    const large = await writeFiles(join(folder, 'large'), { ...page, 'large.bin': randomBytes(96 << 20) });
    refused(await server.cli('deploy', 'shop', '--dir', large), 1, /disk .*is full/);
    expect((await server.get('shop')).body).toBe(page['index.html']);

    const filler = join(disk, 'filler');
    const filled = await run(['dd', 'if=/dev/zero', `of=${filler}`, 'bs=64k']);
    expect(filled.stderr).toContain('No space left');
    const next = await writeFiles(join(folder, 'next'), { 'index.html': 'next\n' });
    refused(await server.cli('deploy', 'shop', '--dir', next), 1, /disk .*is full/);
    expect((await server.get('shop')).body).toBe(page['index.html']);

    await rm(filler);
    await deploy(server, 'shop', next);
    expect((await server.get('shop')).body).toBe('next\n');
    expect((await production(server, 'shop')).liveRelease).toBe(2);
  } finally {
    await server.stop();
    await run(['umount', disk]);
  }
});

test('a_second_server_on_the_same_data_is_refused_and_the_first_goes_on', async ({ server, folder }) => {
  await deploy(server, 'shop', await writeFiles(join(folder, 'shop'), page));
  refused(await run(serveArgv(server.data)), 1, new RegExp(`in use by process ${server.pid}`));
  expect((await server.get('shop')).body).toBe(page['index.html']);
});

test('a_corrupt_control_db_is_refused_and_can_be_restored', async ({ folder }) => {
  const data = join(folder, 'data');
  const first = await startServer({ data });
  await deploy(first, 'shop', await writeFiles(join(folder, 'shop'), page));
  await first.stop();
  // A backup is made at start, so the second server's has the app.
  const second = await startServer({ data });
  await second.stop();

  const file = join(data, 'control.db');
  const damaged = await readFile(file);
  damaged.fill('garbage!', 0, 4096);
  await writeFile(file, damaged);
  const refusal = await run(serveArgv(data));
  refused(refusal, 1, /control\.db is damaged and was left as it is/);
  expect(await readFile(file)).toEqual(damaged);

  const backup = /copy (\S+) to (\S+)/.exec(refusal.stderr);
  expect(backup, refusal.stderr).not.toBeNull();
  for (const ending of ['', '-wal', '-shm']) await run(['rm', '-f', `${file}${ending}`]);
  await run(['cp', backup?.[1] ?? '', file]);
  const restored = await startServer({ data });
  await expectServed(restored);
  await restored.stop();
});

async function expectServed(server: Server): Promise<void> {
  expect((await server.get('shop')).body).toBe(page['index.html']);
}

/** `error: what. hint` on stderr, the right exit code, no stack trace. */
function refused({ code, stderr }: Run, expected: 1 | 2, why: RegExp): void {
  expect(stderr).toMatch(why);
  expect(stderr).toMatch(/^error: .+\. .+$/m);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toContain('Windlass hit a bug');
  expect(code).toBe(expected);
}
