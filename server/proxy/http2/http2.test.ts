/** HTTP/2 from the handshake to the app and back: the same answers as by HTTP/1.1, and bounds of its own. */

import { afterEach, expect, test } from 'bun:test';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import type { Limits } from '../limits.ts';
import { answering, ok, type RawApp, type RawEnd, startApp, until } from '../rig.ts';
import { madeCertificate, secured, startTlsRig, type TlsRig } from '../tls/tls-rig.ts';

let open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.reverse()) await close();
  open = [];
});

interface Setup {
  rig: TlsRig;
  app: RawApp;
  session: ClientHttp2Session;
}

const certificate = madeCertificate('app.test');

async function start(answer: (end: RawEnd) => void, limits: Partial<Limits> = {}): Promise<Setup> {
  const app = startApp('a', answer);
  const rig = startTlsRig({ targets: [app.target], limits });
  rig.certificates.put('app.test', certificate);
  const socket = await secured(rig.securePort, { ALPNProtocols: ['h2'] });
  const session = connect('https://app.test', { createConnection: () => socket });
  session.on('error', () => undefined);
  open.push(
    () => app.close(),
    () => rig.close(),
    () => session.destroy(),
  );
  return { rig, app, session };
}

interface Got {
  headers: Record<string, unknown>;
  trailers: Record<string, unknown> | null;
  body: string;
  /** How the stream was reset; 0 for not at all. */
  code: number;
}

function asked(
  session: ClientHttp2Session,
  headers: Record<string, string | string[]>,
  send?: (stream: ClientHttp2Stream) => void,
): Promise<Got> {
  const stream = session.request({ ':authority': 'app.test', ...headers }, { endStream: send === undefined });
  const got: Got = { headers: {}, trailers: null, body: '', code: 0 };
  stream.on('response', (fields) => Object.assign(got.headers, fields));
  stream.on('trailers', (fields) => {
    got.trailers = { ...fields };
  });
  stream.on('data', (bytes: Buffer) => {
    got.body += bytes.toString('latin1');
  });
  stream.on('error', () => undefined);
  send?.(stream);
  return new Promise((resolve) => {
    stream.on('close', () => resolve({ ...got, code: stream.rstCode ?? 0 }));
  });
}

test('a_page_is_the_same_by_both_versions', async () => {
  const fields = 'Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Two: 1\r\n';
  const { rig, app, session } = await start(answering(ok('hello', fields)));
  const got = await asked(session, { ':path': '/a%2Fb?p=a;b', cookie: ['x=1', 'y=2'], 'x-own': 'ü' });
  expect(got).toMatchObject({ body: 'hello', code: 0 });
  expect(got.headers).toMatchObject({ ':status': 200, 'set-cookie': ['a=1', 'b=2'], 'x-two': '1' });
  expect(got.headers).not.toHaveProperty('connection');
  expect(app.received).toStartWith('GET /a%2Fb?p=a;b HTTP/1.1\r\nHost: app.test\r\n');
  expect(app.received).toContain('cookie: x=1; y=2\r\n');
  expect(app.received).toContain('X-Forwarded-Proto: https\r\n');
  expect(app.received).not.toMatch(/\r\nConnection: close/i);
  expect(rig.log.map(({ status, path, service }) => ({ status, path, service }))).toEqual([
    { status: 200, path: '/a%2Fb?p=a;b', service: 'shop/production' },
  ]);
  expect(rig.service.open).toBe(0);
});

test('many_requests_at_once_each_get_their_own_answer', async () => {
  const { session } = await start((end) => {
    for (const [, path] of end.text.matchAll(/GET \/(\d+) HTTP/g)) end.send(ok(`page ${path}`));
    end.text = '';
  });
  const all = await Promise.all(Array.from({ length: 100 }, (_, n) => asked(session, { ':path': `/${n}` })));
  expect(all.map(({ body }) => body)).toEqual(Array.from({ length: 100 }, (_, n) => `page ${n}`));
});

test('bodies_of_known_and_unknown_length_reach_the_app_with_their_trailers', async () => {
  const { app, session } = await start(answering(ok('got it')));
  await asked(session, { ':method': 'POST', ':path': '/known', 'content-length': '6' }, (stream) => {
    stream.write('abc');
    stream.end('def');
  });
  expect(app.received).toContain('Content-Length: 6\r\n');
  expect(app.received).toEndWith('\r\n\r\nabcdef');
  const got = await asked(session, { ':method': 'POST', ':path': '/unknown' }, (stream) => stream.end('xyz'));
  expect(got.body).toBe('got it');
  expect(app.received).toContain('\r\n\r\n3\r\nxyz\r\n0\r\n\r\n');
});

test('chunks_come_as_plain_data_and_trailers_as_trailers', async () => {
  const { session } = await start(
    answering(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n',
    ),
  );
  const got = await asked(session, { ':path': '/', te: 'trailers' });
  expect(got).toMatchObject({ body: 'abcde', code: 0, trailers: { 'x-sum': '5' } });
  expect(got.headers).not.toHaveProperty('transfer-encoding');
});

test('an_event_stream_arrives_event_by_event', async () => {
  const { app, session } = await start((end) => {
    if (end.text.endsWith('\r\n\r\n'))
      end.send('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n');
  });
  const stream = session.request({ ':path': '/', ':authority': 'app.test' });
  let text = '';
  stream.on('data', (bytes: Buffer) => {
    text += bytes;
  });
  await until('the first event', () => text === 'data: 1\n\n');
  app.connections[0]?.send('data: 2\n\n');
  await until('the second event', () => text.endsWith('data: 2\n\n'));
  // The end of the app's connection is the end of this answer.
  app.connections[0]?.end();
  await until('the end', () => stream.closed);
  expect(stream.rstCode).toBe(0);
});

test('a_reset_stream_ends_the_request_at_the_app_and_no_other', async () => {
  const { rig, app, session } = await start((end) => {
    if (end.text.includes('/stays')) end.send(ok('stayed'));
  });
  const stream = session.request({ ':path': '/goes', ':authority': 'app.test' });
  stream.on('error', () => undefined);
  await until('the request', () => app.received.includes('/goes'));
  stream.close(8);
  await until('the end at the app', () => app.connections[0]?.state !== 'open');
  expect((await asked(session, { ':path': '/stays' })).body).toBe('stayed');
  expect(rig.log.map(({ status, path }) => [status, path])).toEqual([
    [499, '/goes'],
    [200, '/stays'],
  ]);
});

test('an_answer_that_breaks_off_is_reset_and_never_looks_whole', async () => {
  const { session } = await start((end) => {
    end.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
    end.end();
  });
  const got = await asked(session, { ':path': '/' });
  expect(got.headers).toMatchObject({ ':status': 200 });
  expect(got.code).not.toBe(0);
});

test('what_http_2_forbids_is_reset_and_no_app_hears_of_it', async () => {
  const { app, session } = await start(answering(ok('hi')));
  const longer = await asked(
    session,
    { ':method': 'POST', ':path': '/longer', 'content-length': '2' },
    (stream) => stream.end('abGET /smuggled HTTP/1.1\r\nHost: app.test\r\n\r\n'),
  );
  expect(longer.code).not.toBe(0);
  expect(app.received).not.toContain('smuggled');
  // The session goes on for everybody else.
  expect((await asked(session, { ':path': '/' })).body).toBe('hi');
});

test('a_slow_reader_holds_the_app_back_instead_of_filling_memory', async () => {
  const size = 64_000_000;
  const piece = Buffer.alloc(1_000_000, 'x');
  const { app, session } = await start((end) => {
    if (end.sent > 0) return;
    end.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    for (let sent = 0; sent < size; sent += piece.length) end.send(piece);
  });
  const stream = session.request({ ':path': '/', ':authority': 'app.test' });
  stream.pause();
  await until('some of it', () => (app.connections[0]?.sent ?? 0) > 100_000);
  let before = -1;
  await until('the app to be held back', () => {
    const { sent = 0 } = app.connections[0] ?? {};
    const still = sent === before;
    before = sent;
    return still;
  });
  expect(before).toBeLessThan(16_000_000);
  let got = 0;
  stream.on('data', (bytes: Buffer) => {
    got += bytes.length;
  });
  const whole = new Promise((resolve) => stream.on('end', resolve));
  stream.resume();
  await whole;
  expect(got).toBe(size);
}, 20_000);

test('stopping_lets_streams_finish_and_takes_no_new_ones', async () => {
  const { rig, app, session } = await start(() => undefined);
  const under = asked(session, { ':path': '/slow' });
  await until('the request', () => app.received.includes('/slow'));
  const stopped = rig.path.stop(5_000);
  await until('the goodbye', () => session.closed || session.destroyed);
  app.connections[0]?.send(ok('finished'));
  expect((await under).body).toBe('finished');
  await stopped;
});

/** A frame of HTTP/2 (RFC 9113, 4.1). */
function frame(type: number, flags: number, stream: number, payload = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

const opening = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0)]);
/** GET https://app.test/ (RFC 7541, appendix A, and a literal without an index). */
const page = Buffer.concat([Buffer.of(0x82, 0x87, 0x84, 0x01, 8), Buffer.from('app.test')]);

test('floods_end_their_own_connection_and_harm_nobody_else', async () => {
  const { rig, app, session } = await start(answering(ok('hi')));
  const floods = {
    'rapid reset': (n: number) =>
      Buffer.concat([frame(1, 5, n * 2 + 1, page), frame(3, 0, n * 2 + 1, Buffer.of(0, 0, 0, 8))]),
    settings: () => frame(4, 0, 0),
    pings: () => frame(6, 0, 0, Buffer.alloc(8)),
  };
  for (const [name, piece] of Object.entries(floods)) {
    const socket = await secured(rig.securePort, { ALPNProtocols: ['h2'] });
    socket.on('error', () => undefined);
    const gone = new Promise((resolve) => socket.on('close', resolve));
    socket.resume();
    socket.write(Buffer.concat([opening, ...Array.from({ length: 2_000 }, (_, n) => piece(n))]));
    await gone;
    expect(`${name}: ${(await asked(session, { ':path': `/after-${name.replace(' ', '-')}` })).body}`).toBe(
      `${name}: hi`,
    );
  }
  expect(rig.errors.filter((line) => line.includes('more frames than any use needs'))).toHaveLength(3);
  await until('all but one connection gone', () => rig.path.connections === 1);
  expect(app.connections.length).toBeLessThan(200);
}, 20_000);

test('fields_that_never_end_hold_no_connection', async () => {
  const { rig, session } = await start(answering(ok('hi')), { idleMs: 100 });
  session.destroy();
  const socket = await secured(rig.securePort, { ALPNProtocols: ['h2'] });
  socket.on('error', () => undefined);
  const gone = new Promise((resolve) => socket.on('close', resolve));
  socket.resume();
  socket.write(Buffer.concat([opening, frame(1, 0, 1, page)]));
  await gone;
  await until('nothing is left', () => rig.path.connections === 0);
});
