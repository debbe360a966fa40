/** Frames by hand: what the standard forbids ends the stream or the connection with the code it names, and nothing else. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type Frame, fieldBlock, flags, frame, frameBytes, frameTypes, preface } from '../fuzz/h2-frames.ts';
import { answering, ok, type RawApp, startApp, until } from '../rig.ts';
import { madeCertificate, secured, startTlsRig, type TlsRig } from '../tls/tls-rig.ts';
import { errorCodes } from './frames.ts';

let app: RawApp;
let rig: TlsRig;

beforeAll(() => {
  app = startApp('a', answering(ok('hi')));
  rig = startTlsRig({ targets: [app.target], limits: { streams: 4, idleMs: 10_000 } });
  rig.certificates.put('app.test', madeCertificate('app.test'));
});

afterAll(async () => {
  await rig.close();
  app.close();
});

const { data, headers, priority, reset, settings, promise, ping, goAway, window, continuation } = frameTypes;
const { endStream, endHeaders, padded, acknowledged } = flags;
const whole = endStream | endHeaders;

const fields = (method: string, path: string) =>
  fieldBlock([
    [':method', method],
    [':path', path],
    [':scheme', 'https'],
    [':authority', 'app.test'],
  ]);
const get = (stream: number) => frame(headers, whole, stream, fields('GET', '/'));
/** Its content never ends. */
const post = (stream: number) => frame(headers, endHeaders, stream, fields('POST', '/post'));

function words(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [at, number] of numbers.entries()) bytes.writeUInt32BE(number >>> 0, at * 4);
  return bytes;
}

function setting(name: number, value: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt16BE(name, 0);
  bytes.writeUInt32BE(value, 2);
  return bytes;
}

interface Client {
  readonly got: Frame[];
  closed: boolean;
  send(...frames: Frame[]): void;
  raw(bytes: Buffer): void;
  sees(what: string, holds: (frame: Frame) => boolean): Promise<Frame>;
  end(): void;
}

async function client(first: Buffer | null = setting(3, 0)): Promise<Client> {
  const socket = await secured(rig.securePort, { ALPNProtocols: ['h2'] });
  socket.on('error', () => undefined);
  const got: Frame[] = [];
  let unread = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    unread = Buffer.concat([unread, bytes]);
    while (unread.length >= 9 && unread.length >= 9 + unread.readUIntBE(0, 3)) {
      const end = 9 + unread.readUIntBE(0, 3);
      const [type = 0, flagsOf = 0] = unread.subarray(3);
      got.push(frame(type, flagsOf, unread.readUInt32BE(5), unread.subarray(9, end)));
      unread = unread.subarray(end);
    }
  });
  const self: Client = {
    got,
    closed: false,
    send: (...frames) => void socket.write(Buffer.concat(frames.map(frameBytes))),
    raw: (bytes) => void socket.write(bytes),
    async sees(what, holds) {
      await until(what, () => got.some(holds));
      return got.find(holds) ?? get(0);
    },
    end: () => socket.destroy(),
  };
  socket.on('close', () => {
    self.closed = true;
  });
  if (first !== null) socket.write(Buffer.concat([preface, frameBytes(frame(settings, 0, 0, first))]));
  return self;
}

/** The code of the GOAWAY that `frames` bring about. */
async function goodbye(name: string, frames: readonly Frame[]): Promise<number> {
  const one = await client();
  one.send(...frames);
  const { payload } = await one.sees(`the goodbye to ${name}`, ({ type }) => type === goAway);
  await until('the end', () => one.closed);
  return payload.readUInt32BE(4);
}

/** The code of the RST_STREAM of stream 1 that `frames` bring about; a request afterwards is answered. */
async function resetOf(name: string, frames: readonly Frame[]): Promise<number> {
  const one = await client();
  one.send(...frames);
  const { payload } = await one.sees(
    `the reset of ${name}`,
    ({ type, stream }) => type === reset && stream === 1,
  );
  one.send(get(101));
  await one.sees('an answer', ({ type, stream }) => type === headers && stream === 101);
  one.end();
  return payload.readUInt32BE(0);
}

const { protocol, flowControl, streamClosed, frameSize, compression } = errorCodes;

test('what_breaks_a_connection_ends_it_with_the_code_of_the_standard', async () => {
  const cases: [string, number, Frame[]][] = [
    ['data on stream 0', protocol, [frame(data, 0, 0, 'x')]],
    ['data on an idle stream', protocol, [frame(data, 0, 1, 'x')]],
    ['padding longer than its frame', protocol, [post(1), frame(data, padded, 1, Buffer.of(5, 0, 0))]],
    ['a head on stream 0', protocol, [frame(headers, whole, 0, fields('GET', '/'))]],
    ['a head on an even stream', protocol, [get(2)]],
    ['a head on a stream that was closed', streamClosed, [post(5), get(3)]],
    ['a head that cannot be read', compression, [frame(headers, whole, 1, Buffer.of(0x80))]],
    ['a frame within a head', protocol, [frame(headers, endStream, 1, fields('GET', '/')), get(3)]],
    ['a continuation of nothing', protocol, [frame(continuation, endHeaders, 1, 'x')]],
    [
      'a continuation of another',
      protocol,
      [frame(headers, endStream, 1, fields('GET', '/')), frame(continuation, endHeaders, 3)],
    ],
    ['a priority of stream 0', protocol, [frame(priority, 0, 0, Buffer.alloc(5))]],
    ['a reset of stream 0', protocol, [frame(reset, 0, 0, words(8))]],
    ['a reset of an idle stream', protocol, [frame(reset, 0, 1, words(8))]],
    ['a short reset', frameSize, [post(1), frame(reset, 0, 1, 'x')]],
    ['settings of a stream', protocol, [frame(settings, 0, 1)]],
    ['settings of a wrong length', frameSize, [frame(settings, 0, 0, 'xyz')]],
    ['an acknowledgement with settings', frameSize, [frame(settings, acknowledged, 0, setting(1, 1))]],
    ['push that is neither on nor off', protocol, [frame(settings, 0, 0, setting(2, 2))]],
    ['a window larger than any', flowControl, [frame(settings, 0, 0, setting(4, 2 ** 31))]],
    ['frames smaller than any', protocol, [frame(settings, 0, 0, setting(5, 100))]],
    ['a promise', protocol, [frame(promise, endHeaders, 1, Buffer.alloc(8))]],
    ['a ping of a stream', protocol, [frame(ping, 0, 1, Buffer.alloc(8))]],
    ['a short ping', frameSize, [frame(ping, 0, 0, 'x')]],
    ['a goodbye of a stream', protocol, [frame(goAway, 0, 1, Buffer.alloc(8))]],
    ['a short raise', frameSize, [frame(window, 0, 0, 'x')]],
    ['a raise of nothing', protocol, [frame(window, 0, 0, words(0))]],
    ['a raise beyond what can be counted', flowControl, [frame(window, 0, 0, words(2 ** 31 - 1))]],
    ['a raise of an idle stream', protocol, [frame(window, 0, 1, words(1))]],
    [
      'a window of open streams beyond what can be counted',
      flowControl,
      [post(1), frame(window, 0, 1, words(2 ** 30)), frame(settings, 0, 0, setting(4, 2 ** 31 - 1))],
    ],
    ['a frame larger than was allowed', frameSize, [frame(data, 0, 1, Buffer.alloc(16_385))]],
  ];
  const codes = await Promise.all(cases.map(([name, , frames]) => goodbye(name, frames)));
  expect(cases.map(([name], at) => `${name}: ${codes[at]}`)).toEqual(
    cases.map(([name, code]) => `${name}: ${code}`),
  );
});

test('what_breaks_a_stream_resets_it_and_the_others_go_on', async () => {
  const cases: [string, number, Frame[]][] = [
    [
      'content after its end',
      streamClosed,
      [post(1), frame(data, endStream, 1, 'x'), frame(data, 0, 1, 'y')],
    ],
    [
      'trailers that end nothing',
      protocol,
      [post(1), frame(headers, endHeaders, 1, fieldBlock([['a', 'b']]))],
    ],
    ['trailers of a head', protocol, [post(1), frame(headers, whole, 1, fieldBlock([[':path', '/b']]))]],
    ['a raise of nothing', protocol, [post(1), frame(window, 0, 1, words(0))]],
    ['a raise beyond what can be counted', flowControl, [post(1), frame(window, 0, 1, words(2 ** 31 - 1))]],
    ['a request without a path', protocol, [frame(headers, whole, 1, fieldBlock([[':method', 'GET']]))]],
    ['a priority of a wrong length', frameSize, [post(1), frame(priority, 0, 1, 'x')]],
  ];
  const codes = await Promise.all(cases.map(([name, , frames]) => resetOf(name, frames)));
  expect(cases.map(([name], at) => `${name}: ${codes[at]}`)).toEqual(
    cases.map(([name, code]) => `${name}: ${code}`),
  );
});

test('a_client_that_does_not_speak_http_2_is_told_so_and_one_whose_first_word_is_not_settings_too', async () => {
  const http1 = await client(null);
  http1.raw(Buffer.from('GET / HTTP/1.1\r\nHost: app.test\r\n\r\n'));
  await until('the end', () => http1.closed);
  const early = await client(null);
  early.raw(Buffer.concat([preface, frameBytes(get(1))]));
  await until('the end', () => early.closed);
  expect([http1, early].map(({ got }) => got.at(-1)?.payload.readUInt32BE(4))).toEqual([protocol, protocol]);
  expect(early.got.some(({ type }) => type === headers)).toBe(false);
});

test('settings_and_pings_are_acknowledged_and_what_nobody_knows_is_passed_over', async () => {
  const one = await client();
  one.send(
    frame(0xbe, 0xff, 77, 'x'),
    frame(settings, 0, 0, setting(0xff, 1)),
    frame(ping, 0, 0, 'windlass'),
  );
  const pong = await one.sees('the pong', ({ type }) => type === ping);
  expect([pong.flags, pong.payload.toString()]).toEqual([acknowledged, 'windlass']);
  expect(one.got.filter(({ type, flags: of }) => type === settings && of === acknowledged)).toHaveLength(2);
  one.end();
});

test('a_head_comes_in_any_number_of_frames_with_padding_and_byte_by_byte', async () => {
  const one = await client();
  const block = fields('GET', '/');
  const parts = Array.from({ length: block.length }, (_, at) =>
    frame(continuation, at === block.length - 1 ? endHeaders : 0, 1, block.subarray(at, at + 1)),
  );
  const first = frame(
    headers,
    endStream | padded | flags.priority,
    1,
    Buffer.from([3, 0, 0, 0, 0, 9, 0, 0, 0]),
  );
  for (const byte of Buffer.concat([first, ...parts].map(frameBytes))) one.raw(Buffer.of(byte));
  await one.sees(
    'the answer',
    ({ type, stream, flags: of }) => type === data && stream === 1 && of === endStream,
  );
  one.end();
});

test('one_stream_too_many_is_refused_and_may_be_asked_for_again', async () => {
  const one = await client();
  one.send(post(1), post(3), post(5), post(7), get(9));
  const refusal = await one.sees('the refusal', ({ type }) => type === reset);
  expect([refusal.stream, refusal.payload.readUInt32BE(0)]).toEqual([9, errorCodes.refusedStream]);
  // Its late frames are nothing, and the table of fields goes on through them.
  one.send(frame(data, 0, 9, 'late'), frame(window, 0, 9, words(5)), frame(reset, 0, 9, words(8)));
  one.send(frame(reset, 0, 1, words(8)), get(11));
  await one.sees('the answer', ({ type, stream }) => type === headers && stream === 11);
  expect(one.got.filter(({ type }) => type === reset)).toHaveLength(1);
  one.end();
});

test('what_is_taken_of_content_opens_the_windows_again', async () => {
  const one = await client();
  one.send(post(1));
  for (let sent = 0; sent < 4; sent++) one.send(frame(data, 0, 1, Buffer.alloc(16_000)));
  await one.sees('more room', ({ type, stream }) => type === window && stream === 1);
  await one.sees('more room for all', ({ type, stream }) => type === window && stream === 0);
  one.end();
});

test('answers_wait_for_windows_of_the_stream_and_of_all_and_heads_do_not', async () => {
  const one = await client(setting(4, 1));
  one.send(get(1));
  const first = await one.sees('a byte', ({ type }) => type === data);
  expect([first.payload.toString(), first.flags]).toEqual(['h', 0]);
  one.send(frame(window, 0, 1, words(5)));
  await one.sees('the rest', ({ type, flags: of }) => type === data && of === endStream);
  // A smaller window for what is open, and a larger one: by so much as it changed (RFC 9113, 6.9.2).
  one.send(frame(settings, 0, 0, setting(4, 0)), get(3));
  await one.sees('its head', ({ type, stream }) => type === headers && stream === 3);
  expect(one.got.some(({ type, stream }) => type === data && stream === 3)).toBe(false);
  one.send(frame(settings, 0, 0, setting(4, 10)));
  const rest = await one.sees('the content', ({ type, stream }) => type === data && stream === 3);
  expect([rest.payload.toString(), rest.flags]).toEqual(['hi', endStream]);
  one.end();
});

test('after_a_goodbye_of_the_client_its_requests_are_still_answered', async () => {
  const one = await client();
  one.send(get(1), frame(goAway, 0, 0, words(0, 0)));
  await one.sees(
    'the answer',
    ({ type, stream, flags: of }) => type === data && stream === 1 && of === endStream,
  );
  one.end();
});

test('no_bug_was_logged_and_nothing_is_left', async () => {
  await until('all are gone', () => rig.path.connections === 0 && rig.service.open === 0);
  expect(rig.errors).toEqual([]);
});
