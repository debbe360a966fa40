import { expect, test } from 'bun:test';
import { requestText } from './request-text.ts';

const base = [':method', 'GET', ':path', '/', ':scheme', 'https', ':authority', 'app.test'];

test('a_request_reads_the_same_as_by_http_1_1', () => {
  expect(requestText([...base, 'accept', 'text/html', 'x-a', '1'], true)).toEqual({
    kind: 'request',
    method: 'GET',
    framing: 'none',
    length: -1,
    text: 'GET / HTTP/1.1\r\nHost: app.test\r\naccept: text/html\r\nx-a: 1\r\nConnection: close\r\n\r\n',
  });
});

test('what_could_be_read_in_two_ways_is_malformed', () => {
  const bad: [string, string[]][] = [
    ['a line break in a value', [...base, 'x', 'a\r\nX-Injected: 1']],
    ['a bare LF', [...base, 'x', 'a\nb']],
    ['a NUL', [...base, 'x', 'a\0b']],
    ['a line break in a name', [...base, 'x\r\ny', '1']],
    ['a colon in a name', [...base, 'x:y', '1']],
    ['a name in capitals', [...base, 'X-A', '1']],
    ['a value that begins with a space', [...base, 'x', ' a']],
    ['Transfer-Encoding', [...base, 'transfer-encoding', 'chunked']],
    ['Connection', [...base, 'connection', 'close']],
    ['Upgrade', [...base, 'upgrade', 'h2c']],
    ['TE for more than trailers', [...base, 'te', 'gzip']],
    ['two lengths', [...base, 'content-length', '1', 'content-length', '2']],
    ['a length that is none', [...base, 'content-length', '+1']],
    ['a length without a body', [...base, 'content-length', '5']],
    ['two hosts', [...base, 'host', 'other.test']],
    ['no authority', base.slice(0, 6)],
    ['no scheme', [...base.slice(0, 4), ...base.slice(6)]],
    ['an unknown pseudo field', [...base, ':protocol', 'websocket']],
    ['a pseudo field twice', [...base, ':path', '/other']],
    [
      'a pseudo field behind another',
      [':method', 'GET', 'x', '1', ':path', '/', ':scheme', 'https', ':authority', 'a'],
    ],
    ['a space in the path', [':method', 'GET', ':path', '/ HTTP/1.1', ':scheme', 'https', ':authority', 'a']],
    ['a path without a slash', [':method', 'GET', ':path', 'x', ':scheme', 'https', ':authority', 'a']],
    ['CONNECT', [':method', 'CONNECT', ':path', '/', ':scheme', 'https', ':authority', 'a']],
    ['a method with a space', [':method', 'GET /x', ':path', '/', ':scheme', 'https', ':authority', 'a']],
  ];
  for (const [name, raw] of bad) {
    expect(`${name}: ${requestText(raw, true).kind}`).toBe(`${name}: malformed`);
  }
});
