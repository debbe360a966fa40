import { expect, test } from 'bun:test';
import { AnswerParser } from './answer-parser.ts';

function parse(wire: string, size: number, closes = false) {
  const seen: { status: number; type: string | undefined; body: string; ends: boolean[] } = {
    status: 0,
    type: undefined,
    body: '',
    ends: [],
  };
  const parser = new AnswerParser({
    head: ({ status, headers }) => {
      seen.status = status;
      seen.type = headers.get('content-type');
    },
    chunk: (bytes) => {
      seen.body += Buffer.from(bytes).toString('latin1');
    },
    end: (reusable) => seen.ends.push(reusable),
  });
  const bytes = Buffer.from(wire, 'latin1');
  for (let at = 0; at < bytes.length; at += size) parser.push(bytes.subarray(at, at + size));
  return { ...seen, closed: closes ? parser.close() : null };
}

const json = 'Content-Type: application/json\r\n';

test('answers_cut_anywhere_are_the_same', () => {
  const chunked = `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n${json}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: 1\r\n\r\n`;
  const counted = `HTTP/1.1 200 OK\r\n${json}Content-Length: 11\r\nConnection: close\r\n\r\nhello world`;
  for (const size of [1, 2, 3, 7, 1000]) {
    expect(parse(chunked, size)).toMatchObject({
      status: 200,
      type: 'application/json',
      body: 'hello world',
      ends: [true],
    });
    expect(parse(counted, size)).toMatchObject({ status: 200, body: 'hello world', ends: [false] });
    expect(parse('HTTP/1.1 200 OK\r\n\r\nhello', size, true)).toMatchObject({
      body: 'hello',
      ends: [false],
      closed: true,
    });
    expect(parse('HTTP/1.1 204 No Content\r\n\r\n', size)).toMatchObject({ status: 204, ends: [true] });
  }
});

test('what_is_cut_off_has_no_end', () => {
  const half = `HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello`;
  expect(parse(half, 5, true)).toMatchObject({ ends: [], closed: false });
  expect(parse('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel', 5, true)).toMatchObject({
    ends: [],
    closed: false,
  });
});

test('what_is_no_answer_is_refused', () => {
  for (const bad of [
    'SSH-2.0-OpenSSH\r\n\r\n',
    'HTTP/1.1 99 Low\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n',
    `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello`,
    `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(70_000)}`,
  ]) {
    expect(() => parse(bad, 1000), bad.slice(0, 80)).toThrow();
  }
});
