/** Lines out of bytes, however they arrive. */

import { expect, test } from 'bun:test';
import { createLineSplitter, maxLineBytes } from './lines.ts';

function split(...chunks: (string | Uint8Array)[]) {
  const lines: string[] = [];
  const ends: number[] = [];
  const splitter = createLineSplitter((text, end) => {
    lines.push(text);
    ends.push(end);
  });
  for (const chunk of chunks) splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return { lines, ends, splitter };
}

test('a_line_may_arrive_in_pieces_even_within_a_character', () => {
  const bytes = Buffer.from('a€b\nc');
  const { lines, ends, splitter } = split(...[...bytes].map((byte) => Uint8Array.of(byte)));
  expect(lines).toEqual(['a€b']);
  expect(ends).toEqual([6]);
  splitter.end();
  expect(lines).toEqual(['a€b', 'c']);
  expect(splitter.consumed).toBe(7);
});

test('empty_lines_are_lines_and_only_nuls_and_line_ends_are_taken_away', () => {
  expect(split('\n\r\n a\0b\t\u001b[1m\r\n').lines).toEqual(['', '', ' ab\t\u001b[1m']);
});

test('a_line_too_long_says_how_much_is_missing_and_cuts_no_character', () => {
  const { lines, ends } = split(`x${'€'.repeat(5000)}\nnext\n`);
  expect(lines[0]).toStartWith('x€€');
  expect(lines[0]).not.toContain('\ufffd');
  expect(Buffer.byteLength(lines[0] ?? '')).toBeLessThan(maxLineBytes + 40);
  expect(lines[0]).toMatch(/€ … \[\d+ bytes more\]$/);
  expect(lines[1]).toBe('next');
  expect(ends).toEqual([15_002, 15_007]);
});

test('a_line_that_never_ends_is_cut_all_the_same', () => {
  const { lines } = split(...Array.from({ length: 20 }, () => 'y'.repeat(100_000)));
  expect(lines.length).toBe(1);
});
