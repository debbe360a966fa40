/** Questions to the access log through its real Worker and files, the live view, and the counters. */

import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { requestsContract } from '../../../shared/proxy/requests-contract.ts';
import type { Params, Result } from '../../../shared/rpc.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { createTelemetry, type OwnedTelemetry } from '../../kernel/telemetry-client.ts';
import { createAccessLog } from '../access-log.ts';
import { until } from '../rig.ts';
import type { AccessEntry } from '../service.ts';
import { agentClassOf } from './agent-class.ts';
import { LiveRequests } from './live-requests.ts';
import { requestHandlers } from './request-handlers.ts';
import { TrafficCounts } from './traffic-counts.ts';
import { TurnedAway } from './turned-away.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const start = Math.floor(Date.now() / 60_000) * 60_000 - 600_000;

let folder: string;
let telemetry: OwnedTelemetry;
let record: (entry: Partial<AccessEntry>) => void;
let handlers: ReturnType<typeof requestHandlers>;
const away = new TurnedAway();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-requests-'));
  telemetry = createTelemetry({ folder, clock: systemClock, log: silent });
  const live = new LiveRequests();
  const traffic = new TrafficCounts();
  const log = createAccessLog(telemetry, (entry) => {
    traffic.note(entry);
    live.tell(entry);
  });
  record = (entry) => log.record({ ...one, ...entry });
  handlers = requestHandlers({
    clock: systemClock,
    telemetry,
    live,
    traffic,
    turnedAway: away,
    connections: () => 3,
    countries: async () => (address) => (address.startsWith('192.0.2.') ? 'NL' : null),
  });
});
afterEach(async () => {
  await telemetry.close();
  rmSync(folder, { recursive: true, force: true });
});

const one: AccessEntry = {
  at: start,
  service: 'shop/production',
  release: 3,
  target: 'i1',
  client: '192.0.2.1',
  method: 'GET',
  host: 'shop.test',
  path: '/',
  status: 200,
  bytesIn: 0,
  bytesOut: 100,
  ms: 10,
  upstreamMs: 8,
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0',
  referrer: '',
};
const range = { since: start, until: start + 600_000 };

type Names = 'requests.query' | 'requests.top' | 'requests.series';
type C = typeof requestsContract;
const ask = <K extends Names>(name: K, params: Params<C[K]>) => {
  const handler = handlers[name] as (params: Params<C[K]>, context: { signal: AbortSignal }) => unknown;
  return handler(params, { signal: new AbortController().signal }) as Promise<Result<C[K]>>;
};

test('single_requests_are_found_by_every_filter_the_newest_first', async () => {
  record({ at: start + 1, path: '/a?token=secret' });
  record({ at: start + 2, path: '/a/b', status: 503, ms: 900, method: 'POST' });
  record({ at: start + 3, path: '/a%_', status: 404, client: '198.51.100.7', release: 4 });
  record({ at: start + 4, path: '/pic.png', service: 'blog/preview', host: 'blog.test' });
  record({ at: start + 5, path: '/x', service: null, release: null, target: null });
  record({ at: start + 6, path: '/y', service: 'shopping/production' });
  const found = async (filter: object) =>
    (await ask('requests.query', { ...range, limit: 100, ...filter })).requests.map(({ path }) => path);
  expect(await found({})).toEqual(['/y', '/x', '/pic.png', '/a%_', '/a/b', '/a']);
  expect(await found({ app: 'shop' })).toEqual(['/a%_', '/a/b', '/a']);
  expect(await found({ environment: 'preview' })).toEqual(['/pic.png']);
  expect(await found({ status: '5xx' })).toEqual(['/a/b']);
  expect(await found({ status: '404' })).toEqual(['/a%_']);
  expect(await found({ path: '/a*' })).toEqual(['/a%_', '/a/b', '/a']);
  expect(await found({ path: '/a%_' })).toEqual(['/a%_']);
  expect(await found({ path: '*.png' })).toEqual(['/pic.png']);
  expect(await found({ method: 'post' })).toEqual(['/a/b']);
  expect(await found({ client: '198.51.100.7' })).toEqual(['/a%_']);
  expect(await found({ release: 4 })).toEqual(['/a%_']);
  expect(await found({ slower: 500 })).toEqual(['/a/b']);
  expect(await found({ host: 'blog.test', limit: 1 })).toEqual(['/pic.png']);
  const [row] = (await ask('requests.query', { ...range, limit: 1, status: '404' })).requests;
  expect(row).toMatchObject({ app: 'shop', environment: 'production', country: null, agent: 'browser' });
});

test('the_most_frequent_come_first_with_errors_bytes_and_exact_ranks_of_their_times', async () => {
  for (let count = 1; count <= 100; count++)
    record({ at: start + count, path: '/often', ms: count, status: count > 90 ? 500 : 200 });
  record({ at: start, path: '/rare', client: '198.51.100.1', userAgent: 'curl/8.0', ms: 7 });
  expect((await ask('requests.top', { ...range, by: 'path', limit: 10 })).rows).toEqual([
    { value: '/often', requests: 100, errors: 10, bytesOut: 10_000, p50: 50, p95: 95 },
    { value: '/rare', requests: 1, errors: 0, bytesOut: 100, p50: 7, p95: 7 },
  ]);
  const values = async (by: 'country' | 'agent' | 'status' | 'app') =>
    (await ask('requests.top', { ...range, by, limit: 10 })).rows.map(({ value, requests }) => [
      value,
      requests,
    ]);
  expect(await values('country')).toEqual([
    ['NL', 100],
    ['', 1],
  ]);
  expect(await values('agent')).toEqual([
    ['browser', 100],
    ['tool', 1],
  ]);
  expect(await values('status')).toEqual([
    ['200', 91],
    ['500', 10],
  ]);
  expect(await values('app')).toEqual([['shop', 101]]);
});

test('every_step_of_a_time_has_its_point_quiet_ones_too', async () => {
  record({ at: start + 10, ms: 5 });
  record({ at: start + 20, ms: 15, status: 404 });
  record({ at: start + 120_000, ms: 30, status: 502 });
  const { points } = await ask('requests.series', { since: start, until: start + 179_999, step: 60_000 });
  expect(
    points.map(({ at, requests, classes, p50, p95 }) => [at - start, requests, classes.join(), p50, p95]),
  ).toEqual([
    [0, 2, '0,1,0,1,0', 5, 15],
    [60_000, 0, '0,0,0,0,0', null, null],
    [120_000, 1, '0,0,0,0,1', 30, 30],
  ]);
  const many = ask('requests.series', { since: start, until: start + 100_000_000, step: 1000 });
  await expect(many).rejects.toThrow('1000 are the most');
});

test('the_live_view_tells_what_fits_as_it_ends_and_no_more_than_a_reader_can_take', async () => {
  const seen: { path: string; skipped: number }[] = [];
  const end = new AbortController();
  const tail = handlers['requests.tail']?.(
    { app: 'shop', status: '5xx' },
    {
      signal: end.signal,
      emit: ({ request, skipped }) => seen.push({ path: request.path, skipped }),
    },
  );
  await until('it watches', () => {
    record({ path: '/probe?secret', status: 500 });
    return seen.length > 0;
  });
  record({ path: '/fine' });
  record({ path: '/other', status: 500, service: 'blog/production' });
  const before = seen.length;
  for (let count = 0; count < 2000; count++) record({ path: '/flood', status: 500 });
  expect(seen.length - before).toBeLessThanOrEqual(1000);
  expect(new Set(seen.map(({ path }) => path))).toEqual(new Set(['/probe', '/flood']));
  end.abort();
  await tail;
  const after = seen.length;
  record({ path: '/late', status: 500 });
  expect(seen.length).toBe(after);
});

test('counters_are_open_metrics_whose_buckets_add_up', async () => {
  for (const ms of [1, 7, 40_000]) record({ ms });
  record({ status: 500, service: null });
  away.note('slow-head');
  const { text } = (await handlers['metrics.read']?.({}, { signal: new AbortController().signal })) ?? {
    text: '',
  };
  const shop = 'app="shop",environment="production"';
  for (const line of [
    '# TYPE windlass_requests counter',
    `windlass_requests_total{${shop},status="2xx"} 3`,
    'windlass_requests_total{app="",environment="",status="5xx"} 1',
    `windlass_request_duration_seconds_bucket{${shop},le="0.005"} 1`,
    `windlass_request_duration_seconds_bucket{${shop},le="0.01"} 2`,
    `windlass_request_duration_seconds_bucket{${shop},le="+Inf"} 3`,
    `windlass_request_duration_seconds_count{${shop}} 3`,
    'windlass_turned_away_total{reason="slow-head"} 1',
    'windlass_connections 3',
  ])
    expect(text).toContain(`${line}\n`);
  expect(text).toEndWith('# EOF\n');
  // Each family is declared once and its lines follow it (OpenMetrics, "MetricFamily").
  const families = text.match(/^# TYPE (\S+)/gm) ?? [];
  expect(new Set(families).size).toBe(families.length);
});

test('programs_are_told_apart_by_what_they_call_themselves', () => {
  const of = (userAgent: string) => agentClassOf(userAgent);
  expect(of('')).toBe('none');
  expect(of('curl/8.5.0')).toBe('tool');
  expect(of('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)')).toBe('bot');
  expect(of('Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 Safari/604.1')).toBe(
    'mobile',
  );
  expect(of('Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36')).toBe('browser');
  expect(of('something')).toBe('other');
});
