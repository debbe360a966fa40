/** Docker's own rules for what is not sent. */

import { expect, test } from 'bun:test';
import { parseDockerignore } from './dockerignore.ts';

const out = (text: string, ...paths: string[]) =>
  paths.filter((path) => parseDockerignore(text).leavesOut(path));

test('patterns_start_at_the_top_and_hold_for_all_below', () => {
  expect(
    out('node_modules\n/dist/\n', 'node_modules/a/b', 'web/node_modules/a', 'dist', 'dist/x', 'adist'),
  ).toEqual(['node_modules/a/b', 'dist', 'dist/x']);
});

test('stars_stay_within_a_folder_and_two_of_them_do_not', () => {
  expect(out('*.log', 'a.log', 'b/a.log')).toEqual(['a.log']);
  expect(out('**/*.log', 'a.log', 'b/c/a.log', 'a.logs')).toEqual(['a.log', 'b/c/a.log']);
  expect(out('a/**/z', 'a/z', 'a/b/c/z', 'z')).toEqual(['a/z', 'a/b/c/z']);
  expect(out('temp?\n[ab].txt', 'temp1', 'temp', 'a.txt', 'c.txt')).toEqual(['temp1', 'a.txt']);
});

test('the_last_that_matches_counts_and_an_exclamation_mark_brings_back', () => {
  const rules = '*\n!src\n!package.json\nsrc/secret.ts\n';
  expect(out(rules, 'README.md', 'src/a.ts', 'package.json', 'src/secret.ts')).toEqual([
    'README.md',
    'src/secret.ts',
  ]);
  expect(parseDockerignore(rules).mayBringBack).toBe(true);
  expect(parseDockerignore('*.md').mayBringBack).toBe(false);
});

test('comments_blank_lines_and_characters_of_regular_expressions_mean_nothing', () => {
  expect(out('# a\n\n  \na+b.txt\n', 'a', 'a+b.txt', 'aab.txt', 'a+bxtxt')).toEqual(['a+b.txt']);
});
