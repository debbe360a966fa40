/** Requests to start from: every known trick, and every kind of request that is in order. Bytes as latin1 text. */

import { smuggling } from '../http1/smuggling.ts';
import { pick, type Random } from './random.ts';

const host = 'Host: app.test\r\n';
const get = (path: string, fields = '') => `GET ${path} HTTP/1.1\r\n${host}${fields}\r\n`;
const post = (fields: string, body: string, path = '/') =>
  `POST ${path} HTTP/1.1\r\n${host}${fields}\r\n${body}`;
const chunks = '5;a="b"\r\nhello\r\n003\r\nEND\r\n0\r\nX-Sum: 1\r\n\r\n';

const inOrder: readonly string[] = [
  get('/'),
  get('/a%2Fb?p=a;b&c=%00'),
  get('http://app.test/absolute'),
  get('/', 'Accept: text/html\r\nAccept-Encoding: gzip, br, zstd\r\nRange: bytes=0-5\r\n'),
  get('/', 'Connection: close, X-Secret\r\nX-Secret: 1\r\nKeep-Alive: 5\r\n'),
  get('/', `Cookie: ${'a=b; '.repeat(400)}\r\n`),
  get('/', 'X-Forwarded-For: 1.2.3.4, ::1\r\nForwarded: for=1.2.3.4\r\nX-Forwarded-Proto: https\r\n'),
  get(
    '/ws',
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n',
  ),
  get('/', 'TE: trailers\r\nExpect: 100-continue\r\n'),
  `GET / HTTP/1.0\r\n${host}\r\n`,
  `HEAD / HTTP/1.1\r\n${host}\r\n`,
  `OPTIONS * HTTP/1.1\r\n${host}\r\n`,
  post('Content-Length: 5\r\n', 'hello'),
  post('Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n', chunks),
  post('Content-Length: 5\r\nExpect: 100-continue\r\n', 'hello'),
  post('Content-Length: 5\r\n', 'hello', '/.windlass/echo/x?y'),
  post('Transfer-Encoding: chunked\r\n', chunks, '/.windlass/echo'),
  get('/.windlass/nothing'),
  get('/one') + post('Content-Length: 3\r\n', 'two') + get('/three'),
  post('Content-Length: 0\r\n', '') + get('/next'),
];

const oversized: readonly string[] = [
  get(`/${'a'.repeat(17_000)}`),
  get('/', `X-Long: ${'a'.repeat(40_000)}\r\n`),
  get('/', 'X: y\r\n'.repeat(3_000)),
  get('/', `Cookie: ${'c'.repeat(31_000)}\r\n`),
  post(`Transfer-Encoding: chunked\r\n`, `5;${'e'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`),
  post('Content-Length: 999999999999999\r\n', 'short'),
];

/** Half of what is picked is in order before it is mutated; the long ones are few, as they take long. */
export function pickRequest(random: Random): string {
  const turn = random(20);
  if (turn === 0) return pick(random, oversized);
  return turn < 11 ? pick(random, inOrder) : pick(random, smuggling).text;
}
