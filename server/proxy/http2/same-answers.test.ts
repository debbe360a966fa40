/** Rules, endpoints and changed pages by HTTP/2: the same as by HTTP/1.1, as each stream is a request of the data path. */

import { afterEach, expect, test } from 'bun:test';
import { type ClientHttp2Session, connect } from 'node:http2';
import { brotliDecompressSync } from 'node:zlib';
import { htmlInjection } from '../../kernel/html-injection.ts';
import { answering, ok, type RigOptions, startApp, until } from '../rig.ts';
import { ServiceRules } from '../rules/service-rules.ts';
import { madeCertificate, secured, startTlsRig } from '../tls/tls-rig.ts';

let open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.reverse()) await close();
  open = [];
});

const certificate = madeCertificate('app.test');

async function start(answer: string, options: RigOptions = {}) {
  const app = startApp('a', answering(answer));
  const rig = startTlsRig({ targets: [app.target], ...options });
  rig.certificates.put('app.test', certificate);
  const socket = await secured(rig.securePort, { ALPNProtocols: ['h2'] });
  const session = connect('https://app.test', { createConnection: () => socket });
  session.on('error', () => undefined);
  open.push(
    () => app.close(),
    () => rig.close(),
    () => session.destroy(),
  );
  return { app, rig, session };
}

async function asked(session: ClientHttp2Session, headers: Record<string, string>, body?: string) {
  const stream = session.request({ ':authority': 'app.test', ...headers }, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  let got: Record<string, unknown> = {};
  const pieces: Buffer[] = [];
  stream.on('response', (fields) => {
    got = { ...fields };
  });
  stream.on('data', (bytes: Buffer) => pieces.push(bytes));
  await new Promise<void>((resolve) => stream.on('close', () => resolve()));
  return { headers: got, body: Buffer.concat(pieces) };
}

test('rules_stop_and_change_what_comes_by_http_2', async () => {
  const { rig, app, session } = await start(ok('the app', 'X-Powered-By: me\r\n'));
  rig.service.rules = new ServiceRules(
    'shop/production',
    {
      redirects: [{ from: '/old', to: '/new' }],
      rates: [{ path: '/api/*', requests: 1, per: 60 }],
      headers: [{ set: { 'X-Frame-Options': 'DENY' }, remove: ['X-Powered-By'] }],
      maxBody: '1k',
    },
    [],
    new Uint8Array(32),
  );
  expect((await asked(session, { ':path': '/old?a' })).headers).toMatchObject({
    ':status': 308,
    location: '/new?a',
  });
  expect((await asked(session, { ':path': '/api/a' })).headers).toMatchObject({ ':status': 200 });
  expect((await asked(session, { ':path': '/api/a' })).headers).toMatchObject({
    ':status': 429,
    'retry-after': '60',
  });
  const post = { ':path': '/', ':method': 'POST' };
  expect((await asked(session, post, 'x'.repeat(2000))).headers[':status']).toBe(413);
  const { headers, body } = await asked(session, post, 'small');
  expect(headers).toMatchObject({ ':status': 200, 'x-frame-options': 'DENY' });
  expect(headers).not.toHaveProperty('x-powered-by');
  expect(body.toString()).toBe('the app');
  expect(app.received).not.toContain('GET /old');
});

test('endpoints_answer_http_2_with_bodies_both_ways_and_streams', async () => {
  let cancelled = false;
  const feed = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>();
  const { session } = await start(ok('the app'), {
    endpoints: [
      {
        name: 'echo',
        maxBody: 100,
        answer: ({ body, scheme }) => ({ status: 200, headers: { 'X-Scheme': scheme }, body }),
      },
      {
        name: 'events',
        maxBody: 0,
        answer: () => ({
          status: 200,
          headers: { 'Content-Type': 'text/event-stream' },
          body: new ReadableStream<Uint8Array>({
            start: (controller) => feed.resolve(controller),
            cancel: () => {
              cancelled = true;
            },
          }),
        }),
      },
    ],
  });
  const echoed = await asked(session, { ':path': '/.windlass/echo', ':method': 'POST' }, 'hello');
  expect(echoed.headers).toMatchObject({ ':status': 200, 'x-scheme': 'https' });
  expect(echoed.body.toString()).toBe('hello');
  const stream = session.request({ ':path': '/.windlass/events', ':authority': 'app.test' });
  let text = '';
  stream.on('data', (bytes: Buffer) => {
    text += bytes;
  });
  (await feed.promise).enqueue(Buffer.from('data: 1\n\n'));
  await until('the event', () => text === 'data: 1\n\n');
  stream.close();
  await until('the stream is cancelled', () => cancelled);
});

test('a_page_is_changed_and_compressed_for_http_2', async () => {
  const page = `<head></head>${'words '.repeat(20_000)}`;
  const { session } = await start(ok(page, 'Content-Type: text/html\r\n'), {
    filters: [{ name: 'add', covers: () => true, begin: () => htmlInjection('<b>') }],
  });
  const { headers, body } = await asked(session, {
    ':path': '/',
    accept: 'text/html',
    'accept-encoding': 'br',
  });
  expect(headers).toMatchObject({ ':status': 200, 'content-encoding': 'br', vary: 'Accept-Encoding' });
  expect(headers).not.toHaveProperty('content-length');
  expect(brotliDecompressSync(body).toString()).toBe(page.replace('<head>', '<head><b>'));
});

test('a_reader_that_stops_lets_little_wait_and_gets_all_of_it_in_the_end', async () => {
  const large = 'x'.repeat(8_000_000);
  const { session } = await start(ok(large));
  const stream = session.request({ ':path': '/', ':authority': 'app.test' });
  let bytes = 0;
  stream.once('data', (first: Buffer) => {
    bytes += first.length;
    stream.pause();
    setImmediate(() => {
      stream.on('data', (more: Buffer) => {
        bytes += more.length;
      });
      stream.resume();
    });
  });
  await new Promise<void>((resolve) => stream.on('close', () => resolve()));
  expect(bytes).toBe(large.length);
});
