import { expect, test } from 'bun:test';
import { hasBrokenLine } from './broken-line.ts';

/** As if each character came alone: where the first one is found, or -1. */
function foundAt(text: string): number {
  for (let length = 1; length <= text.length; length++) {
    if (hasBrokenLine(text.slice(0, length), length - 1)) return length;
  }
  return -1;
}

test('a_broken_line_is_found_with_the_character_that_shows_it_however_the_head_is_split', () => {
  expect(foundAt('\nGET')).toBe(1);
  expect(foundAt('GET / HTTP/1.1\nHost: a')).toBe(15);
  expect(foundAt('GET / HTTP/1.1\rHost: a')).toBe(16);
  expect(foundAt('GET /\0')).toBe(6);
  expect(foundAt('a\r\n\nb')).toBe(4);
  expect(foundAt('a\r\r\n')).toBe(3);
});

test('whole_lines_are_not_broken_however_the_head_is_split', () => {
  const head = 'GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n';
  expect(foundAt(head)).toBe(-1);
  for (let seen = 0; seen <= head.length; seen++) expect(hasBrokenLine(head, seen)).toBe(false);
});
