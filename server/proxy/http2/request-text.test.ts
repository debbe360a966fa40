import { expect, test } from 'bun:test';
import { HeadRefusal, parseRequestHead } from '../http1/request-head.ts';
import { Field } from './hpack/field.ts';
import { RequestText } from './request-text.ts';

const base = [':method', 'GET', ':path', '/', ':scheme', 'https', ':authority', 'app.test'];

/** `raw`: names and values in turn. */
function said(raw: readonly string[], ended = true): RequestText | null {
  const request = new RequestText(32_768);
  request.begin();
  for (let at = 0; at < raw.length; at += 2) request.add(new Field(raw[at] ?? '', raw[at + 1] ?? ''));
  return request.finish(ended) ? request : null;
}

test('a_request_reads_the_same_as_by_http_1_1', () => {
  expect(said([...base, 'accept', 'text/html', 'cookie', 'a=1', 'x-a', '1', 'cookie', 'b=2'])).toMatchObject({
    method: 'GET',
    framing: 'none',
    length: -1,
    text: 'GET / HTTP/1.1\r\nHost: app.test\r\naccept: text/html\r\nx-a: 1\r\ncookie: a=1; b=2\r\n\r\n',
  });
});

test('content_is_framed_by_its_length_or_in_chunks', () => {
  expect(said([...base, 'content-length', '3'], false)).toMatchObject({ framing: 'length', length: 3 });
  expect(said(base, false)?.text).toEndWith('\r\nTransfer-Encoding: chunked\r\n\r\n');
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
    ['an empty pseudo field and then another', [':path', '', ...base]],
    ['a line break in a pseudo field', [':authority', 'a\r\nX: 1', ...base.slice(0, 6)]],
    [
      'a pseudo field behind another',
      [':method', 'GET', 'x', '1', ':path', '/', ':scheme', 'https', ':authority', 'a'],
    ],
    ['a space in the path', [':method', 'GET', ':path', '/ HTTP/1.1', ':scheme', 'https', ':authority', 'a']],
    ['a path without a slash', [':method', 'GET', ':path', 'x', ':scheme', 'https', ':authority', 'a']],
    ['CONNECT', [':method', 'CONNECT', ':path', '/', ':scheme', 'https', ':authority', 'a']],
    ['a method with a space', [':method', 'GET /x', ':path', '/', ':scheme', 'https', ':authority', 'a']],
  ];
  for (const [name, raw] of bad) expect(`${name}: ${said(raw) === null}`).toBe(`${name}: true`);
});

test('of_a_head_that_is_too_large_little_is_kept_and_nothing_of_it_is_taken_for_a_request', () => {
  const many = Array.from({ length: 300 }, () => ['x', '1']).flat();
  const crumbs = Array.from({ length: 300 }, () => ['cookie', 'a']).flat();
  const bomb = Array.from({ length: 60_000 }, () => ['x', 'y'.repeat(4_000)]).flat();
  for (const fields of [many, crumbs, bomb]) {
    const text = said([...base, ...fields])?.text ?? '';
    expect(text.length).toBeLessThan(40_000);
    expect(parseRequestHead(text, 0, text.indexOf('\r\n\r\n') + 2)).toMatchObject({ status: 431 });
    expect(parseRequestHead(text, 0, text.indexOf('\r\n\r\n') + 2)).toBeInstanceOf(HeadRefusal);
  }
});
