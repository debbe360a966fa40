import { expect, test } from 'bun:test';
import { parsePathPrefix, pathHasPrefix } from './path-prefix.ts';

test('prefixes_are_stored_in_one_form', () => {
  expect(parsePathPrefix('/')).toBe('/');
  expect(parsePathPrefix('/api/')).toBe('/api');
  expect(parsePathPrefix('/a%2Fb/c.d')).toBe('/a%2Fb/c.d');
});

test('what_no_path_starts_with_is_refused', () => {
  for (const bad of [
    '',
    'api',
    '/a?b',
    '/a b',
    '/a//b',
    '//',
    '/../a',
    '/a/.',
    '/ü',
    '/%zz',
    `/${'a'.repeat(2000)}`,
  ]) {
    expect(() => parsePathPrefix(bad)).toThrow(/is not a path prefix/);
  }
});

test('a_prefix_covers_whole_segments_only', () => {
  for (const yes of ['/api', '/api/', '/api/v2', '/api?x=1']) expect(pathHasPrefix(yes, '/api')).toBe(true);
  for (const no of ['/apis', '/ap', '/', '/API', '/x/api', '*'])
    expect(pathHasPrefix(no, '/api')).toBe(false);
  for (const any of ['/', '/x', '*']) expect(pathHasPrefix(any, '/')).toBe(true);
});
