import { expect, test } from 'bun:test';
import { HeadRefusal, parseRequestHead } from './request-head.ts';
import { smuggling } from './smuggling.ts';

function parse(head: string) {
  return parseRequestHead(head, 0, head.length - 2);
}

test('bytes_order_and_duplicates_of_fields_are_kept', () => {
  const head = parse(
    'GET /a?p=a;b&q=%2F HTTP/1.1\r\nhOsT: x.test\r\nB: 1\r\nA:  two \r\nB: \xff\xfe\r\n\r\n',
  );
  if (head instanceof HeadRefusal) throw new Error(head.reason);
  expect(head.path).toBe('/a?p=a;b&q=%2F');
  expect(head.fields).toBe('hOsT: x.test\r\nB: 1\r\nA:  two \r\nB: \xff\xfe\r\n');
});

test('fields_for_the_next_hop_and_those_named_by_connection_are_taken_out', () => {
  const head = parse(
    'GET / HTTP/1.1\r\nHost: x\r\nConnection: close, X-Secret, Host, Content-Length\r\nKeep-Alive: 1\r\nTE: gzip\r\n' +
      'X-Secret: 1\r\nUpgrade: h2c\r\nProxy-Connection: a\r\nProxy-Authorization: b\r\nContent-Length: 0\r\nX-Kept: 1\r\n\r\n',
  );
  if (head instanceof HeadRefusal) throw new Error(head.reason);
  expect(head.fields).toBe('Host: x\r\nContent-Length: 0\r\nX-Kept: 1\r\n');
  expect(head.keepsAlive).toBe(false);
});

test('the_host_of_an_absolute_target_counts_and_replaces_the_field', () => {
  const head = parse('GET http://real.test:81?q HTTP/1.1\r\nA: 1\r\nHost: other.test\r\n\r\n');
  if (head instanceof HeadRefusal) throw new Error(head.reason);
  expect([head.host, head.path, head.fields]).toEqual([
    'real.test:81',
    '/?q',
    'Host: real.test:81\r\nA: 1\r\n',
  ]);
});

test('http_1_0_needs_no_host_and_closes_unless_it_says_otherwise', () => {
  const plain = parse('GET / HTTP/1.0\r\n\r\n');
  const kept = parse('GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n');
  if (plain instanceof HeadRefusal || kept instanceof HeadRefusal) throw new Error('refused');
  expect([plain.keepsAlive, kept.keepsAlive]).toEqual([false, true]);
});

test.each(smuggling.filter(({ status }) => status !== 'body'))('refused: $name', ({ text, status }) => {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return;
  const head = parseRequestHead(text, 0, end + 2);
  expect(head).toBeInstanceOf(HeadRefusal);
  if (head instanceof HeadRefusal) expect(head.status as number).toBe(status as number);
});
