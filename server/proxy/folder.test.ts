import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheControl, folderPath } from './folder-path.ts';
import { get, type Rig, type RigOptions, startRig } from './rig.ts';

let base: string;
let root: string;
let rig: Rig;
const rigs: Rig[] = [];

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'windlass-folder-'));
  root = join(base, 'site');
  mkdirSync(join(root, 'docs'), { recursive: true });
  mkdirSync(join(root, 'assets'));
  mkdirSync(join(root, '.well-known'));
  mkdirSync(join(root, '.git'));
  mkdirSync(join(root, 'empty'));
  writeFileSync(join(base, 'secret.txt'), 'secret');
  for (const [name, text] of Object.entries({
    'index.html': '<h1>home</h1>',
    'about.html': 'about',
    'docs/index.html': 'docs',
    'assets/index-BfX3k2aZ.js': 'let a = 1;',
    'app.js': 'plain',
    'app.js.br': 'brotli!',
    'app.js.gz': 'gzip',
    'app.js.map': 'secret',
    'app.js.map.br': 'secret',
    '.env': 'secret',
    '.git/config': 'secret',
    '.well-known/security.txt': 'contact',
    'gr\u00fc\u00df.txt': 'hallo',
  })) {
    writeFileSync(join(root, name), text);
  }
  symlinkSync(join(base, 'secret.txt'), join(root, 'link.txt'));
  symlinkSync(base, join(root, 'out'));
  symlinkSync('about.html', join(root, 'inside.html'));
  rig = start();
});

afterAll(async () => {
  for (const one of rigs) await one.close();
  rmSync(base, { recursive: true });
});

function start(options: { spa?: boolean; release?: number } & RigOptions = {}): Rig {
  const { spa = false, release = 3 } = options;
  const started = startRig({ backend: { kind: 'folder', release, root, rules: { spa } }, ...options });
  rigs.push(started);
  return started;
}

/** Status, fields by lower-case name, and body of one answer. */
async function fetchRaw(path: string, fields = '', from = rig, method = 'GET') {
  const client = await from.ask(`${method}${get(path, `${fields}Connection: close\r\n`).slice(3)}`);
  const text = await client.closes();
  const end = text.indexOf('\r\n\r\n');
  const [status = '', ...lines] = text.slice(0, end).split('\r\n');
  const named = Object.fromEntries(
    lines.map((line) => [line.split(':')[0]?.toLowerCase(), line.replace(/^[^:]*: ?/, '')]),
  );
  return { status: Number(status.split(' ')[1]), fields: named, body: text.slice(end + 4) };
}

test('files_index_pages_and_clean_urls_are_served_with_their_types', async () => {
  expect(await fetchRaw('/')).toMatchObject({
    status: 200,
    body: '<h1>home</h1>',
    fields: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
  });
  expect(await fetchRaw('/about')).toMatchObject({ status: 200, body: 'about' });
  expect(await fetchRaw('/about.html')).toMatchObject({ status: 200, body: 'about' });
  expect(await fetchRaw('/inside')).toMatchObject({ status: 200, body: 'about' });
  expect(await fetchRaw('/docs/')).toMatchObject({ status: 200, body: 'docs' });
  expect(await fetchRaw('/docs?a=1')).toMatchObject({ status: 302, fields: { location: '/docs/?a=1' } });
  expect(await fetchRaw('/assets/index-BfX3k2aZ.js')).toMatchObject({
    fields: {
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
    },
  });
  expect(await fetchRaw('/.well-known/security.txt')).toMatchObject({ status: 200, body: 'contact' });
  expect(await fetchRaw('/gr%C3%BC%C3%9F.txt')).toMatchObject({ status: 200, body: 'hallo' });
  expect(await fetchRaw('/', '', rig, 'HEAD')).toMatchObject({
    status: 200,
    body: '',
    fields: { 'content-length': '13' },
  });
});

test('nothing_outside_the_folder_and_no_hidden_file_is_served', async () => {
  for (const path of [
    '/../secret.txt',
    '/docs/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..\\secret.txt',
    '/%252e%252e/secret.txt',
    '/link.txt',
    '/out/secret.txt',
    '/.env',
    '/.git/config',
    '/%2egit/config',
    '/docs/.well-known/x',
    '/index.html%00.txt',
    '//etc/passwd',
    '/%',
    '/empty/',
    '/assets',
  ]) {
    const { status, body } = await fetchRaw(path);
    expect([path, status, body.includes('secret')]).toEqual([path, 404, false]);
  }
});

test('only_get_and_head_are_possible', async () => {
  expect(await fetchRaw('/', '', rig, 'DELETE')).toMatchObject({
    status: 405,
    fields: { allow: 'GET, HEAD' },
  });
});

test('an_unchanged_file_is_not_sent_again_and_a_new_release_changes_every_tag', async () => {
  const tag = (await fetchRaw('/')).fields.etag;
  expect(tag).toMatch(/^"\w+"$/);
  expect(await fetchRaw('/', `If-None-Match: "x", W/${tag}\r\n`)).toMatchObject({
    status: 304,
    body: '',
    fields: { etag: tag },
  });
  expect((await fetchRaw('/', `If-None-Match: ${tag}\r\n`, start({ release: 4 }))).status).toBe(200);
});

test('parts_of_files_are_served', async () => {
  expect(await fetchRaw('/', 'Range: bytes=4-7\r\n')).toMatchObject({
    status: 206,
    body: 'home',
    fields: { 'content-range': 'bytes 4-7/13', 'content-length': '4' },
  });
  expect(await fetchRaw('/', 'Range: bytes=-5\r\n')).toMatchObject({ status: 206, body: '</h1>' });
  expect(await fetchRaw('/', 'Range: bytes=4-\r\n')).toMatchObject({ status: 206, body: 'home</h1>' });
  expect(await fetchRaw('/', 'Range: bytes=13-\r\n')).toMatchObject({
    status: 416,
    fields: { 'content-range': 'bytes */13' },
  });
  expect(await fetchRaw('/', 'Range: bytes=0-1,3-4\r\n')).toMatchObject({ status: 200 });
  expect(await fetchRaw('/', 'Range: bytes=4-7\r\nIf-Range: "other"\r\n')).toMatchObject({ status: 200 });
});

test('compressed_copies_are_served_to_those_who_take_them', async () => {
  expect(await fetchRaw('/app.js', 'Accept-Encoding: gzip, br\r\n')).toMatchObject({
    body: 'brotli!',
    fields: {
      'content-encoding': 'br',
      vary: 'Accept-Encoding',
      'content-type': 'text/javascript; charset=utf-8',
    },
  });
  expect(await fetchRaw('/app.js', 'Accept-Encoding: gzip, br;q=0\r\n')).toMatchObject({ body: 'gzip' });
  expect(await fetchRaw('/app.js')).toMatchObject({ body: 'plain' });
});

test('an_unknown_path_is_the_apps_own_404_page_or_its_entry', async () => {
  expect(await fetchRaw('/nope')).toMatchObject({ status: 404 });
  const spa = start({ spa: true });
  expect(await fetchRaw('/users/7', '', spa)).toMatchObject({ status: 200, body: '<h1>home</h1>' });
  expect(await fetchRaw('/missing.js', '', spa)).toMatchObject({ status: 404 });
  writeFileSync(join(root, '404.html'), 'lost?');
  expect(await fetchRaw('/nope')).toMatchObject({
    status: 404,
    body: 'lost?',
    fields: { 'cache-control': 'no-cache' },
  });
  rmSync(join(root, '404.html'));
});

test('below_a_stripped_prefix_redirects_keep_it', async () => {
  const below = start({ route: { pathPrefix: '/site', stripPrefix: true } });
  expect(await fetchRaw('/site', '', below)).toMatchObject({ status: 200, body: '<h1>home</h1>' });
  expect(await fetchRaw('/site/docs', '', below)).toMatchObject({
    status: 302,
    fields: { location: '/site/docs/' },
  });
});

test('a_large_file_is_streamed_whole_and_a_client_that_leaves_ends_it', async () => {
  const size = 30_000_000;
  writeFileSync(join(root, 'large.bin'), Buffer.alloc(size, 'x'));
  const whole = await rig.ask(get('/large.bin', 'Connection: close\r\n'));
  await whole.closes();
  expect(whole.text).toStartWith('HTTP/1.1 200 ');
  expect(whole.bytes).toBe(whole.text.indexOf('\r\n\r\n') + 4 + size);
  const client = await rig.ask(get('/large.bin'));
  await client.sees('xxx');
  client.reset();
  rmSync(join(root, 'large.bin'));
  const next = await fetchRaw('/about');
  expect(next.status).toBe(200);
  expect(rig.service.open).toBe(0);
});

test('only_names_made_from_contents_are_kept_for_ever', () => {
  const immutable = [
    '_next/static/chunks/a.js',
    'assets/index-BfX3k2aZ.js',
    'main.4f3c2b1a.css',
    'x/static/js/main.0a1b2c3d.chunk.js',
  ];
  const not = [
    'index.html',
    'assets/logo.png',
    'some-filename.js',
    'report-20240101.pdf',
    'assets/some-longname.js',
    'a.min.js',
  ];
  expect(immutable.filter((name) => !cacheControl(name).includes('immutable'))).toEqual([]);
  expect(not.filter((name) => cacheControl(name).includes('immutable'))).toEqual([]);
  expect(folderPath('/a/b%20c?x')).toBe('a/b c');
});
