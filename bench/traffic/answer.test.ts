import { expect, test } from 'bun:test';
import { parseAnswer } from './answer.ts';

const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc';

test('every_proper_prefix_of_an_answer_is_unfinished', () => {
  for (let length = 0; length < whole.length; length++) {
    expect(parseAnswer(whole.slice(0, length))).toEqual({ kind: 'more' });
  }
  expect(parseAnswer(whole)).toEqual({
    kind: 'whole',
    answer: { status: 200, body: 'abc', closes: false },
    rest: '',
  });
});

test('chunks_are_joined_and_their_end_is_awaited', () => {
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n';
  expect(parseAnswer(`${head}2\r\nab\r\n1\r\nc\r\n0\r\n`)).toEqual({ kind: 'more' });
  expect(parseAnswer(`${head}2\r\nab\r\n1\r\nc\r\n0\r\n\r\n`)).toEqual({
    kind: 'whole',
    answer: { status: 200, body: 'abc', closes: true },
    rest: '',
  });
});

test('what_is_not_http_is_broken', () => {
  expect(parseAnswer('SSH-2.0-x\r\n\r\n')).toEqual({ kind: 'broken' });
  expect(parseAnswer('HTTP/1.1 200 OK\r\n\r\nuntil the end')).toEqual({ kind: 'broken' });
});
