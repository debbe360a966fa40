import { afterEach, beforeEach, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { RecordingChanges } from '../../../shared/replay/recording-settings.ts';
import type { EndpointRequest } from '../../kernel/endpoint.ts';
import { type OpenKernel, openKernel } from '../../kernel/kernel.ts';
import { createReplays, migrations, type Replays } from '../index.ts';

let root: string;
let kernel: OpenKernel;
let replays: Replays;
const agent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const site = { app: 'shop', environment: 'production', release: 4 };

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'windlass-recording-'));
  kernel = await openKernel({ root, migrations, writeLog: () => {} });
  replays = createReplays(kernel.kernel, (service) => service.startsWith('counted/'));
});

afterEach(async () => {
  await replays.feature.stop?.();
  await kernel.close();
  rmSync(root, { recursive: true, force: true });
});

const configure = (settings: RecordingChanges) =>
  replays.feature.handlers['replays.configure']?.(
    { app: 'shop', environment: 'production', settings },
    { signal: new AbortController().signal },
  );

async function ask(path: string, headers: Record<string, string> = {}, more: Partial<EndpointRequest> = {}) {
  const [endpoint] = replays.feature.endpoints ?? [];
  if (endpoint === undefined) throw new Error('there is no endpoint');
  const {
    status,
    headers: fields = {},
    body = '',
  } = await endpoint.answer({
    method: 'GET',
    path,
    host: 'shop.example',
    headers: new Headers(headers),
    client: '203.0.113.7',
    scheme: 'https',
    site,
    body: new Uint8Array(),
    signal: new AbortController().signal,
    ...more,
  });
  if (body instanceof ReadableStream) throw new Error('a stream');
  return { status, fields, bytes: Buffer.from(body) };
}

const part = (segment: number, id = 'a'.repeat(32)) => {
  const about = { replay_id: id, segment_id: segment, timestamp: Date.now() / 1000, windlass: { rage: 1 } };
  return Buffer.from(`${JSON.stringify(about)}\n{"segment_id":${segment}}\n[{"type":3}]`);
};

const own = { origin: 'https://shop.example', 'user-agent': agent };
const send = async (
  body: Uint8Array,
  headers: Record<string, string> = own,
  more: Partial<EndpointRequest> = {},
) => (await ask('/segment', headers, { method: 'POST', body, ...more })).status;

test('nothing_is_recorded_taken_or_put_into_pages_until_somebody_chose_it', async () => {
  const [filter] = replays.feature.answerFilters ?? [];
  expect((await ask('/options')).status).toBe(204);
  expect(await send(part(0))).toBe(410);
  expect(filter?.covers('shop/production')).toBe(false);
  expect(await replays.scriptPart('shop/production')).toBe('');
  expect(existsSync(kernel.kernel.paths.replays)).toBe(false);
  await configure({ record: true });
  expect((await ask('/options')).status).toBe(200);
  expect(filter?.covers('shop/production')).toBe(true);
  expect(filter?.covers('shop/preview')).toBe(false);
  expect(await replays.scriptPart('shop/production')).toContain('/.windlass/replay/');
});

test('a_part_is_kept_once_with_the_name_of_the_browser_and_nothing_of_its_agent', async () => {
  await configure({ record: true });
  expect([await send(part(0)), await send(part(1)), await send(part(1))]).toEqual([202, 202, 202]);
  const list = await replays.feature.handlers['replays.list']?.(
    { app: 'shop', rage: true, browser: 'Chrome' },
    { signal: new AbortController().signal },
  );
  expect(list?.replays).toMatchObject([
    { segments: 2, release: 'shop@4', browser: 'Chrome', user: null, counts: { rage: 2 } },
  ]);
  expect(JSON.stringify(list)).not.toContain('131');
});

test('only_pages_of_the_host_itself_may_send_and_only_what_is_a_part', async () => {
  await configure({ record: true });
  expect(await send(part(0), {})).toBe(403);
  expect(await send(part(0), { origin: 'https://evil.example' })).toBe(403);
  expect(await send(part(0), { origin: 'null' })).toBe(403);
  expect(await send(part(0), { 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await send(part(0), { 'sec-fetch-site': 'same-origin' })).toBe(202);
  expect(await send(part(0), { ...own, dnt: '1' })).toBe(410);
  expect(await send(part(0), own, { site: null })).toBe(410);
  for (const body of ['', '\n', 'x', `${'x'.repeat(20_000)}\n{}\n[]`])
    expect(await send(Buffer.from(body))).toBe(400);
  expect((await ask('/segment')).status).toBe(405);
  expect((await ask('/../options')).status).toBe(404);
});

test('one_visitor_cannot_send_without_end', async () => {
  await configure({ record: true });
  const large = Buffer.concat([part(0), Buffer.alloc(2_000_000, 32)]);
  const answers: number[] = [];
  for (let sent = 0; sent < 14; sent++) answers.push(await send(large));
  expect(answers.filter((each) => each === 202)).toHaveLength(12);
  expect(answers.at(-1)).toBe(429);
  expect(await send(part(3, 'b'.repeat(32)), own, { client: '203.0.113.8' })).toBe(202);
});

test('the_recorder_is_small_never_changes_under_its_address_and_comes_as_the_browser_wants_it', async () => {
  await configure({ record: true, unmask: ['.shown'], leftOut: ['/admin/*'] });
  const { script, ...options } = JSON.parse((await ask('/options')).bytes.toString());
  expect(options).toEqual({
    sample: 0.1,
    onError: 1,
    unmask: ['.shown'],
    block: [],
    leftOut: ['/admin/*'],
    messages: false,
  });
  const packed = await ask(`/${script}`, { 'accept-encoding': 'gzip, br' });
  expect(packed.fields).toMatchObject({
    'content-encoding': 'br',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  // Built from source it is packed in a hurry; in the file it is below 27 kB.
  expect(packed.bytes.length).toBeLessThan(32_000);
  const plain = (await ask(`/${script}`)).bytes;
  expect(brotliDecompressSync(packed.bytes).equals(plain)).toBe(true);
  expect(gunzipSync((await ask(`/${script}`, { 'accept-encoding': 'gzip' })).bytes).equals(plain)).toBe(true);
  expect((await ask('/recorder-another.js')).status).toBe(404);
  expect(Buffer.byteLength(await replays.scriptPart('shop/production'))).toBeLessThan(1500);
});

test('what_was_chosen_outlives_the_server_and_goes_with_the_app', async () => {
  await configure({ record: true, sample: 0.5 });
  const again = createReplays(kernel.kernel, () => false);
  const read = (from: Replays) =>
    from.feature.handlers['replays.recording']?.(
      { app: 'shop', environment: 'production' },
      { signal: new AbortController().signal },
    );
  expect(await read(again)).toMatchObject({ record: true, sample: 0.5, onError: 1 });
  await again.feature.start?.();
  kernel.kernel.events.emit('app.removed', { app: 'shop' });
  expect(await read(again)).toMatchObject({ record: false, sample: 0.1 });
  await again.feature.stop?.();
});
