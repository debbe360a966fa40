/** Quoting, checked by the shell itself. */

import { expect, test } from 'bun:test';
import { execFileSync } from 'node:child_process';
import { commandLine } from './command-line.ts';

/** What a real shell makes of the line: each argument behind the first, ended by a line feed and a dot. */
function seenBy(argv: readonly string[]): string {
  return execFileSync('sh', ['-c', commandLine(['printf', '%s\n.\n', ...argv])], { encoding: 'utf8' });
}

const nasty = [
  '',
  ' ',
  'plain',
  "it's",
  "''",
  "'; touch pwned; '",
  '$(id)',
  '`id`',
  '$HOME',
  '\\',
  '\\\\n',
  'two\nlines',
  '"',
  '*',
  '~',
  '-n',
  '#',
  '!x',
  'ünïcode ☃',
  '\u0001\u007f',
  'a=b;c|d&e>f<g(h)',
];

test('every_word_reaches_the_other_side_as_it_was', () => {
  for (const word of nasty) expect(seenBy([word])).toBe(`${word}\n.\n`);
  expect(seenBy(nasty)).toBe(nasty.map((word) => `${word}\n.\n`).join(''));
});

test('random_bytes_of_text_reach_the_other_side_as_they_were', () => {
  const alphabet = ["'", '"', '\\', '$', '`', ' ', '\n', 'a', ';', '(', '!', '\t', 'é'];
  let seed = 7;
  const next = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return alphabet[seed % alphabet.length] ?? '';
  };
  const words = Array.from({ length: 200 }, (_, index) => Array.from({ length: index % 17 }, next).join(''));
  expect(seenBy(words)).toBe(words.map((word) => `${word}\n.\n`).join(''));
});

test('a_zero_byte_is_refused', () => {
  expect(() => commandLine(['a\0b'])).toThrow('zero byte');
});
