/** What a client says on an HTTP/2 connection after its preface: in order, and every trick that once got through somewhere. */

import { type Frame, fieldBlock, flags, frame, frameTypes } from './h2-frames.ts';
import { pick, type Random } from './random.ts';

type Fields = readonly (readonly [string, string])[];

const { data, headers, priority, reset, settings, promise, ping, goAway, window, continuation } = frameTypes;
const whole = flags.endHeaders | flags.endStream;

const request = (method: string, path: string, more: Fields = []): Fields => [
  [':method', method],
  [':scheme', 'https'],
  [':authority', 'app.test'],
  [':path', path],
  ...more,
];
const get = (path: string, more: Fields = [], stream = 1) =>
  frame(headers, whole, stream, fieldBlock(request('GET', path, more)));
const post = (more: Fields, path = '/', stream = 1) =>
  frame(headers, flags.endHeaders, stream, fieldBlock(request('POST', path, more)));
const body = (text: string, last = true, stream = 1) => frame(data, last ? flags.endStream : 0, stream, text);
const raw = (fields: Fields) => [frame(headers, whole, 1, fieldBlock(fields))];
const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: app.test\r\n\r\n';

const inOrder: readonly (readonly Frame[])[] = [
  [get('/')],
  [
    get('/a%2Fb?p=a;b', [['accept', 'text/html']]),
    get('/two', [], 3),
    get('/three', [['te', 'trailers']], 5),
  ],
  [
    get('/', [
      ['cookie', 'a=b'],
      ['cookie', 'c=d'],
      ['range', 'bytes=0-5'],
    ]),
  ],
  [post([['content-length', '5']]), body('hello')],
  [post([]), body('hel', false), body('lo')],
  [post([]), body('hello', false), frame(headers, whole, 1, fieldBlock([['x-sum', '1']]))],
  [post([['content-length', '5']], '/.windlass/echo/x'), body('hello'), get('/.windlass/nothing', [], 3)],
  [
    frame(headers, flags.endStream, 1, fieldBlock(request('GET', '/'))),
    frame(continuation, flags.endHeaders, 1, fieldBlock([['x-more', 'yes']])),
  ],
  [
    frame(
      headers,
      whole | flags.priority,
      1,
      Buffer.concat([Buffer.from([0, 0, 0, 0, 15]), fieldBlock(request('GET', '/'))]),
    ),
  ],
  [
    frame(
      headers,
      whole | flags.padded,
      1,
      Buffer.concat([Buffer.from([3]), fieldBlock(request('GET', '/')), Buffer.alloc(3)]),
    ),
  ],
  [
    post([
      ['expect', '100-continue'],
      ['content-length', '2'],
    ]),
    body('ok'),
  ],
  [
    get('/'),
    frame(ping, 0, 0, '12345678'),
    frame(window, 0, 0, Buffer.from([0, 1, 0, 0])),
    frame(settings, flags.acknowledged, 0),
  ],
  [
    post([['content-length', '9']]),
    body('hello', false),
    frame(reset, 0, 1, Buffer.from([0, 0, 0, 8])),
    get('/next', [], 3),
  ],
  [raw(request('HEAD', '/')), raw(request('OPTIONS', '*')).map((each) => ({ ...each, stream: 3 }))].flat(),
];

const tricks: readonly (readonly Frame[])[] = [
  // What would be framing, or a line of its own, in HTTP/1.1.
  [post([['transfer-encoding', 'chunked']]), body(`0\r\n\r\n${smuggled}`)],
  [post([['content-length', '0']]), body(smuggled)],
  [
    post([
      ['content-length', '3'],
      ['content-length', '4'],
    ]),
    body('four'),
  ],
  [post([['content-length', '+4']]), body('four')],
  raw(request('GET', '/', [['x-a', `b\r\ntransfer-encoding: chunked`]])),
  raw(request('GET', '/', [['x-a', `b\r\n\r\n${smuggled}`]])),
  raw(request('GET', '/', [[`x-a: b\r\nx-c`, 'd']])),
  raw(
    request('GET', '/', [
      ['x\0', 'a'],
      ['y', '\0'],
    ]),
  ),
  raw(
    request('GET', '/', [
      ['X-Upper', 'a'],
      ['x y', 'a'],
      ['', 'a'],
      [':', 'a'],
    ]),
  ),
  raw(request(`GET / HTTP/1.1\r\nHost: other.test\r\n\r\nGET`, '/')),
  raw(request('GET', `/ HTTP/1.1\r\nHost: other.test\r\nX: y`)),
  raw(request('GET', '/with a space')),
  raw(request('GET', 'http://other.test/')),
  raw(request('GET', '')),
  raw([
    [':method', 'GET'],
    [':scheme', 'https'],
    [':authority', 'app.test\r\nX: y'],
    [':path', '/'],
  ]),
  raw(request('GET', '/', [['host', 'other.test']])),
  raw(
    request('GET', '/', [
      ['connection', 'x-a'],
      ['x-a', 'b'],
    ]),
  ),
  raw(
    request('GET', '/', [
      ['upgrade', 'websocket'],
      ['te', 'gzip'],
    ]),
  ),
  // Pseudo fields: missing, doubled, late, unknown, of answers.
  raw([
    [':method', 'GET'],
    [':scheme', 'https'],
    [':path', '/'],
  ]),
  raw([
    [':scheme', 'https'],
    [':authority', 'app.test'],
  ]),
  raw(request('GET', '/', [[':path', '/other']])),
  raw(
    request('GET', '/', [
      ['x', 'y'],
      [':authority', 'other.test'],
    ]),
  ),
  raw(
    request('GET', '/', [
      [':status', '200'],
      [':protocol', 'websocket'],
    ]),
  ),
  raw(request('CONNECT', '/')),
  [
    post([]),
    body('a', false),
    frame(
      headers,
      whole,
      1,
      fieldBlock([
        [':path', '/late'],
        ['content-length', '1'],
      ]),
    ),
  ],
  [post([]), body('a', false), frame(headers, whole, 1, fieldBlock([['x', `a\r\n\r\n${smuggled}`]]))],
  // Streams and frames that make no sense.
  [frame(headers, whole, 2, fieldBlock(request('GET', '/')))],
  [frame(headers, whole, 0, fieldBlock(request('GET', '/')))],
  [get('/', [], 5), get('/', [], 3)],
  [get('/'), body('after the end')],
  [body('before the begin')],
  [frame(headers, flags.endStream, 1, fieldBlock(request('GET', '/'))), frame(data, 0, 1, 'in between')],
  [frame(continuation, flags.endHeaders, 1, fieldBlock(request('GET', '/')))],
  [
    frame(
      headers,
      whole | flags.padded,
      1,
      Buffer.concat([Buffer.from([255]), fieldBlock(request('GET', '/'))]),
    ),
  ],
  [
    frame(
      promise,
      flags.endHeaders,
      1,
      Buffer.concat([Buffer.from([0, 0, 0, 2]), fieldBlock(request('GET', '/'))]),
    ),
  ],
  [frame(settings, 0, 0, Buffer.from([0, 4, 0xff, 0xff, 0xff, 0xff]))],
  [frame(settings, flags.acknowledged, 0, Buffer.alloc(6)), frame(settings, 0, 1, Buffer.alloc(5))],
  [
    get('/'),
    frame(window, 0, 1, Buffer.alloc(4)),
    frame(window, 0, 0, Buffer.from([0x7f, 0xff, 0xff, 0xff])),
  ],
  [
    frame(ping, 0, 0, 'short'),
    frame(goAway, 0, 0, Buffer.alloc(8)),
    frame(priority, 0, 1, Buffer.from([0, 0, 0, 1, 0])),
  ],
  [frame(99, 0xff, 1, 'nobody knows this'), get('/')],
  [{ ...get('/'), claimed: 16_385 }],
  [{ ...get('/'), claimed: 3 }],
  // Tables and numbers of the compression (RFC 7541).
  [frame(headers, whole, 1, Buffer.from([0x80]))],
  [frame(headers, whole, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]))],
  [frame(headers, whole, 1, Buffer.from([0x3f, 0xe1, 0xff, 0x03, 0x82, 0x84, 0x87]))],
  [
    frame(
      headers,
      whole,
      1,
      Buffer.from([0x82, 0x87, 0x84, 0x41, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    ),
  ],
  raw(
    request(
      'GET',
      '/',
      Array.from({ length: 300 }, (_, at) => [`x-${at}`, 'y'] as const),
    ),
  ),
  raw(request('GET', '/', [['x-long', 'a'.repeat(15_000)]])),
];

/** Half of what is picked is in order before it is mutated. */
export function pickConversation(random: Random): readonly Frame[] {
  return pick(random, random(2) === 0 ? inOrder : tricks);
}
