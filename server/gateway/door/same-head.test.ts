import { expect, test } from 'bun:test';
import { mostBody } from '../surface/most-body.ts';
import { Refused } from './request-head.ts';
import { RequestReader } from './request-reader.ts';

const ask = (length: number | string, body: string, name = 'Content-Length', more = '') =>
  Buffer.from(
    `POST /v1/a?b HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer one\r\n${name}: ${length}\r\n${more}Accept: */*\r\n\r\n${body}`,
  );

function reader() {
  const reading = new RequestReader(() => undefined);
  return (bytes: Buffer) => {
    reading.push(bytes);
    const request = reading.next();
    return request === null
      ? null
      : { head: request.head, text: request.bytes.toString('utf8', request.from, request.to) };
  };
}

test('requests_with_the_same_head_but_for_its_length_share_what_is_known_of_it', () => {
  const next = reader();
  const first = next(ask(5, 'hello'));
  const second = next(ask(12, 'hello, world'));
  expect(second?.text).toBe('hello, world');
  expect(second?.head).toBe(first?.head as never);
  expect(next(ask(0, ''))?.text).toBe('');
});

test('a_head_that_differs_in_a_byte_is_read_for_itself', () => {
  const next = reader();
  const first = next(ask(5, 'hello'));
  const other = Buffer.from(ask(5, 'hello').toString('latin1').replace('one', 'two'), 'latin1');
  const second = next(other);
  expect(second?.head).not.toBe(first?.head as never);
  expect(second?.head.header('authorization')).toBe('Bearer two');
  expect(next(ask(5, 'again'))?.head.header('authorization')).toBe('Bearer one');
  expect(next(ask(5, 'hello', 'Content-Length', 'X-More: 1\r\n'))?.head.header('x-more')).toBe('1');
});

test('a_body_that_comes_later_belongs_to_the_head_that_was_known_again', () => {
  const next = reader();
  next(ask(5, 'hello'));
  const bytes = ask(11, 'hello again');
  for (let at = 1; at < bytes.length; at++) {
    const cut = reader();
    cut(ask(5, 'hello'));
    expect(cut(bytes.subarray(0, at))).toBeNull();
    expect(cut(bytes.subarray(at))?.text).toBe('hello again');
  }
});

test('a_length_that_is_none_is_refused_behind_a_head_that_is_known_too', () => {
  for (const length of ['5x', '+5', '5, 6', '', '0x5', '1234567890123456', String(mostBody + 1)]) {
    const next = reader();
    next(ask(5, 'hello'));
    expect(() => next(ask(length, 'hello'))).toThrow(Refused);
  }
  const twice = reader();
  twice(ask(5, 'hello'));
  expect(() => twice(ask(5, 'hello', 'Content-Length', 'Content-Length: 6\r\n'))).toThrow(Refused);
});
