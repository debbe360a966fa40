import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { buildRouteTable } from './routes.ts';
import type { Match } from './service.ts';

interface Cases {
  precedence: { patterns: string[]; host: string; winner: string | null }[];
}
const cases: Cases = JSON.parse(
  readFileSync(new URL('../../../shared/cases/wildcard-hosts.json', import.meta.url), 'utf8'),
);

const to = (key: string, host: string, pathPrefix = '/'): Match => ({
  service: {
    key,
    release: null,
    rules: null,
    healthPath: '',
    admit: () => ({ kind: 'empty' }),
    hold: () => null,
  },
  route: { host, pathPrefix, stripPrefix: false },
});

describe('precedence of wildcard-hosts.json', () => {
  for (const { patterns, host, winner } of cases.precedence) {
    test(`${host} goes to ${winner ?? 'nobody'}`, () => {
      for (const order of [patterns, [...patterns].reverse()]) {
        const table = buildRouteTable(order.map((pattern) => to(pattern, pattern)));
        expect(table.match(host, '/')?.service.key ?? null).toBe(winner);
      }
    });
  }
});

test('the_longest_prefix_of_whole_segments_wins', () => {
  const table = buildRouteTable([
    to('root', 'a.test'),
    to('api', 'a.test', '/api'),
    to('v2', 'a.test', '/api/v2'),
  ]);
  const at = (path: string) => table.match('a.test', path)?.service.key;
  expect(at('/')).toBe('root');
  expect(at('/apis')).toBe('root');
  expect(at('/api')).toBe('api');
  expect(at('/api?next=/api/v2')).toBe('api');
  expect(at('/api/v20')).toBe('api');
  expect(at('/api/v2/users')).toBe('v2');
});

test('an_unknown_host_or_path_reaches_nobody', () => {
  const table = buildRouteTable([to('api', 'a.test', '/api')]);
  expect(table.match('b.test', '/api')).toBeNull();
  expect(table.match('', '/api')).toBeNull();
  expect(table.match('x.a.test', '/api')).toBeNull();
  expect(table.match('a.test', '/')).toBeNull();
});

test('an_exact_host_without_a_fitting_prefix_does_not_fall_through_to_the_wildcard', () => {
  const table = buildRouteTable([to('exact', 'a.b.test', '/api'), to('wild', '*.b.test')]);
  expect(table.match('a.b.test', '/')).toBeNull();
  expect(table.match('c.b.test', '/')?.service.key).toBe('wild');
});

test('ten_thousand_spellings_of_a_wildcard_still_match', () => {
  const table = buildRouteTable([to('wild', '*.b.test')]);
  for (let i = 0; i < 10_000; i++) expect(table.match(`H${i}.b.test:80`, '/')?.service.key).toBe('wild');
});
