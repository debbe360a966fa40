import { expect, test } from 'bun:test';
import type { LoggedRequest } from '../../shared/proxy/requests-contract.ts';
import { type AroundSources, around, pageOf, tiedRequests } from './around.ts';

const at = 1_000_000_000;
const page = { host: 'shop.example', path: '/cart' };
const row = (change: Partial<LoggedRequest>): LoggedRequest => ({
  at: at - 1000,
  app: 'shop',
  environment: 'production',
  release: 2,
  target: null,
  client: '198.51.100.1',
  country: null,
  method: 'GET',
  host: 'shop.example:8080',
  path: '/cart',
  status: 200,
  bytesIn: 0,
  bytesOut: 0,
  ms: 1,
  upstreamMs: null,
  agent: 'browser',
  userAgent: '',
  referrer: '',
  ...change,
});

test('where_one_address_asked_for_the_page_its_requests_are_shown_and_nobody_elses', () => {
  const rows = [
    row({}),
    row({ path: '/', at: at - 200_000 }),
    row({ client: '198.51.100.2', path: '/api', at: at - 500 }),
    // The server itself asks for pages, too.
    row({ client: '127.0.0.1', userAgent: 'windlass-probe' }),
  ];
  const found = tiedRequests(rows, at, page);
  expect(found.tied).toBe('client');
  expect(found.rows.map(({ path, same }) => [path, same])).toEqual([
    ['/cart', true],
    ['/', false],
  ]);
  expect(JSON.stringify(found)).not.toContain('198.51');
});

test('where_several_did_or_the_page_is_not_known_only_time_ties_them', () => {
  const rows = [row({}), row({ client: '198.51.100.2' }), row({ at: at - 40_000, path: '/old' })];
  for (const where of [page, null]) {
    const found = tiedRequests(rows, at, where);
    expect(found.tied).toBe('time');
    expect(found.rows.map(({ path }) => path)).toEqual(['/cart', '/cart']);
  }
});

test.each([
  ['https://shop.example:8443/cart?id=1#x', { host: 'shop.example', path: '/cart' }],
  ['/cart?id=1', { host: null, path: '/cart' }],
  ['chrome-extension://abc/x.js', null],
  ['nonsense', null],
])('the_page_of_%s', (url, expected) => {
  expect(pageOf(url)).toEqual(expected);
});

const head = {
  ...{ id: 'a'.repeat(32), issue: 1, at, level: 'error', value: 'x', release: 'shop@2' },
  ...{ environment: 'production', url: 'https://shop.example/cart', trace: null, replay: null },
};
const sources = (change: Partial<AroundSources>): AroundSources => ({
  requests: async () => [],
  visits: async () => ({ visits: 0, pages: [] }),
  replayed: async () => [],
  calls: async () => [],
  ...change,
});

test('a_recorded_session_says_the_way_for_certain_and_visits_are_not_asked_then', async () => {
  const found = await around(
    sources({
      replayed: async () => ['https://shop.example/', 'https://shop.example/cart'],
      visits: async () => {
        throw new Error('nobody asks');
      },
    }),
    'shop',
    { ...head, replay: 'b'.repeat(32) },
  );
  expect(found.visit).toEqual({
    tied: 'replay',
    visits: 1,
    pages: [
      { at: null, path: '/' },
      { at: null, path: '/cart' },
    ],
  });
});

test('of_several_visits_only_their_number_is_told_and_without_a_trace_no_calls_are_asked_for', async () => {
  const asked: unknown[] = [];
  const found = await around(
    sources({
      visits: async (question) => {
        asked.push(question);
        return { visits: 3, pages: [] };
      },
      calls: async () => {
        throw new Error('nobody asks');
      },
    }),
    'shop',
    head,
  );
  expect(found).toMatchObject({ visit: { tied: 'page', visits: 3, pages: [] }, calls: [] });
  expect(asked).toEqual([
    {
      ...{ app: 'shop', environment: 'production', host: 'shop.example', path: '/cart' },
      ...{ since: at - 1_800_000, until: at },
    },
  ]);
});
