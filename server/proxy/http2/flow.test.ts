/** Much at once, in both directions, and by halves: what goes through a stream whose app is a server of Node's. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { until } from '../rig.ts';
import { madeCertificate, secured, startTlsRig, type TlsRig } from '../tls/tls-rig.ts';

let app: Server;
let rig: TlsRig;
let session: ClientHttp2Session;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  app = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  const address = app.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  rig = startTlsRig({ targets: [{ id: 'a', host: '127.0.0.1', port }] });
  rig.certificates.put('app.test', madeCertificate('app.test'));
  const socket = await secured(rig.securePort, { ALPNProtocols: ['h2'] });
  session = connect('https://app.test', { createConnection: () => socket });
});

afterAll(async () => {
  session.destroy();
  await rig.close();
  app.close();
});

const open = (fields: Record<string, string>, ended = false): ClientHttp2Stream => {
  const stream = session.request({ ':authority': 'app.test', ...fields }, { endStream: ended });
  stream.on('error', () => undefined);
  return stream;
};

const closed = (stream: ClientHttp2Stream): Promise<void> =>
  new Promise((resolve) => stream.on('close', () => resolve()));

const piece = Buffer.alloc(100_000, 'windlass ');

/** Writes so many bytes as the other side takes them. */
async function pour(stream: ClientHttp2Stream, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes; sent += piece.length) {
    if (!stream.write(piece)) await new Promise((resolve) => stream.once('drain', resolve));
  }
  stream.end();
}

test('much_goes_both_ways_at_once_on_several_streams_and_nothing_is_lost', async () => {
  answer = (request, response) => request.pipe(response);
  const size = 8_000_000;
  const hashes = await Promise.all(
    [1, 2, 3].map(async () => {
      const stream = open({ ':method': 'POST', ':path': '/echo' });
      const hash = new Bun.CryptoHasher('sha1');
      stream.on('data', (bytes: Buffer) => hash.update(bytes));
      const end = closed(stream);
      await pour(stream, size);
      await end;
      expect(stream.rstCode).toBe(0);
      return hash.digest('hex');
    }),
  );
  const expected = new Bun.CryptoHasher('sha1');
  for (let sent = 0; sent < size; sent += piece.length) expected.update(piece);
  expect(new Set(hashes)).toEqual(new Set([expected.digest('hex')]));
}, 20_000);

test('an_app_that_does_not_read_holds_the_client_back_and_no_other_stream', async () => {
  let slow: IncomingMessage | null = null;
  answer = (request, response) => {
    if (request.url === '/slow') {
      slow = request;
      request.on('end', () => response.end('all of it'));
    } else response.end('at once');
  };
  const size = 12_000_000;
  const stream = open({ ':method': 'POST', ':path': '/slow', 'content-length': String(size) });
  let text = '';
  stream.on('data', (bytes: Buffer) => {
    text += bytes;
  });
  const end = closed(stream);
  const poured = pour(stream, size);
  await until('the app to be asked', () => slow !== null);
  const quick = open({ ':path': '/quick' }, true);
  let other = '';
  quick.on('data', (bytes: Buffer) => {
    other += bytes;
  });
  await closed(quick);
  expect([other, text]).toEqual(['at once', '']);
  expect(stream.writableEnded).toBe(false);
  (slow as IncomingMessage | null)?.resume();
  await poured;
  await end;
  expect([text, stream.rstCode]).toEqual(['all of it', 0]);
}, 20_000);

test('two_sides_that_speak_in_turns_hear_each_other_at_once_and_trailers_come_last', async () => {
  let requestTrailers: unknown = null;
  answer = (request, response) => {
    response.writeHead(200, { 'content-type': 'application/grpc', trailer: 'grpc-status' });
    request.on('data', (bytes: Buffer) => response.write(`you said ${bytes}`));
    request.on('end', () => {
      requestTrailers = request.trailers;
      response.addTrailers({ 'grpc-status': '0' });
      response.end();
    });
  };
  const stream = session.request(
    { ':method': 'POST', ':path': '/chat', ':authority': 'app.test', te: 'trailers' },
    { endStream: false, ...{ waitForTrailers: true } },
  );
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '2' }));
  let text = '';
  let trailers: unknown = null;
  stream.on('data', (bytes: Buffer) => {
    text += bytes;
  });
  stream.on('trailers', (fields) => {
    trailers = { ...fields };
  });
  for (const word of ['one', 'two']) {
    stream.write(word);
    await until(word, () => text.endsWith(`you said ${word}`));
  }
  stream.end();
  await closed(stream);
  expect(text).toBe('you said oneyou said two');
  expect(requestTrailers).toEqual({ 'x-sum': '2' });
  expect(trailers).toMatchObject({ 'grpc-status': '0' });
  expect(stream.rstCode).toBe(0);
});

test('an_answer_before_the_end_of_a_request_is_whole_and_the_connection_goes_on', async () => {
  answer = (request, response) => {
    if (request.url === '/early') response.writeHead(413).end('too much');
    else response.end('well');
  };
  const stream = open({ ':method': 'POST', ':path': '/early' });
  let status = 0;
  let text = '';
  stream.on('response', (fields) => {
    status = Number(fields[':status']);
  });
  stream.on('data', (bytes: Buffer) => {
    text += bytes;
  });
  stream.write('a beginning');
  await until('the answer', () => text === 'too much');
  stream.end();
  await closed(stream);
  expect([status, stream.rstCode]).toEqual([413, 0]);
  const next = open({ ':path': '/next' }, true);
  let after = '';
  next.on('data', (bytes: Buffer) => {
    after += bytes;
  });
  await closed(next);
  expect(after).toBe('well');
});

test('eight_hundred_streams_that_are_reset_at_any_moment_leave_nothing_behind', async () => {
  answer = (request, response) => {
    if (request.url === '/whole') response.end('whole');
    else response.writeHead(200).write('some');
  };
  for (let round = 0; round < 8; round++) {
    const streams = Array.from({ length: 100 }, () => open({ ':path': '/some' }, true));
    for (const [at, stream] of streams.entries()) {
      if (at % 2 === 0) stream.close(8);
      else stream.once('data', () => stream.close(8));
    }
    await Promise.all(streams.map(closed));
  }
  await until('nothing is open', () => rig.service.open === 0);
  const whole = open({ ':path': '/whole' }, true);
  let text = '';
  whole.on('data', (bytes: Buffer) => {
    text += bytes;
  });
  await closed(whole);
  expect(text).toBe('whole');
  expect(rig.errors).toEqual([]);
}, 20_000);

test('every_byte_a_value_may_have_arrives_as_it_was_sent', async () => {
  let came = '';
  answer = (request, response) => {
    came = String(request.headers['x-bytes']);
    response.setHeader('x-bytes', came);
    response.end();
  };
  const bytes = String.fromCharCode(...Array.from({ length: 255 - 0x21 }, (_, at) => 0x21 + at)).replace(
    '\x7f',
    '',
  );
  const stream = open({ ':path': '/', 'x-bytes': bytes }, true);
  let back = '';
  stream.on('response', (fields) => {
    back = String(fields['x-bytes']);
  });
  stream.resume();
  await closed(stream);
  expect([came, back]).toEqual([bytes, bytes]);
});
