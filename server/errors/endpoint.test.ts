/** The doors: who may send, how a client is answered, what a browser may read. */

import { expect, test } from 'bun:test';
import { gzipSync } from 'node:zlib';
import type { EndpointAnswer, EndpointRequest } from '../kernel/endpoint.ts';
import { answerApi, answerTunnel } from './endpoint.ts';
import { createIngest } from './ingest.ts';
import type { Outcome, Submission } from './intake/protocol.ts';
import type { ProjectRow, ProjectStore } from './project-store.ts';
import { createQuota } from './quota.ts';

const key = '0123456789abcdef0123456789abcdef';
const project: ProjectRow = { id: 7, app: 'shop', key, url: '', perMinute: 3, rules: '' };

function rig(outcome: Outcome = { kind: 'taken', id: 'e'.repeat(32), replay: [] }) {
  let now = 60_000;
  const submissions: Submission[] = [];
  const projects = { byKey: (given: string) => (given === key ? project : null) } as ProjectStore;
  const ingest = createIngest({
    projects,
    quota: createQuota(() => now),
    now: () => now,
    take: async (submission) => {
      submissions.push(submission);
      return outcome;
    },
    replays: null,
    siteOf: (host) => (host === 'shop.example' ? { app: 'shop', environment: 'preview', release: 4 } : null),
  });
  const parts = {
    ingest: async () => ingest,
    uploads: async (): Promise<EndpointAnswer> => ({ status: 299 }),
  };
  const ask = (
    path: string,
    change: Partial<Omit<EndpointRequest, 'headers'>> & { headers?: Record<string, string> } = {},
  ) => {
    const { headers = {}, ...rest } = change;
    const request: EndpointRequest = {
      method: 'POST',
      path,
      host: '127.0.0.1',
      client: '192.0.2.1',
      scheme: 'http',
      site: null,
      body: Buffer.from('{}\n'),
      signal: AbortSignal.timeout(10_000),
      ...rest,
      headers: new Headers(headers),
    };
    return path.startsWith('/tunnel') ? answerTunnel(parts, request) : answerApi(parts, request);
  };
  return { ask, submissions, later: (ms: number) => (now += ms) };
}

test.each([
  ['the query', `/7/envelope/?sentry_version=7&sentry_key=${key}&sentry_client=x`, {}],
  [
    'X-Sentry-Auth',
    '/7/envelope/',
    { 'x-sentry-auth': `Sentry sentry_version=7, sentry_client=x/1, sentry_key=${key}, sentry_secret=s` },
  ],
  [
    'X-Sentry-Auth without spaces',
    '/api/7/envelope/',
    { 'x-sentry-auth': `Sentry sentry_key=${key},sentry_version=7` },
  ],
  ['Authorization', '/7/store/', { authorization: `Sentry sentry_key=${key}` }],
  ['a DSN', '/7/store', { authorization: `DSN http://${key}@shop.example/.windlass/7` }],
])('a_key_is_found_in_%s', async (_, path, headers) => {
  const { ask } = rig();
  const answer = await ask(path, { headers });
  expect(answer).toMatchObject({ status: 200, body: `{"id":"${'e'.repeat(32)}"}` });
});

test('a_key_in_the_envelope_counts_where_nothing_else_names_one', async () => {
  const { ask } = rig();
  const body = gzipSync(`{"dsn":"http://${key}@shop.example/.windlass/7"}\n`);
  expect((await ask('/7/envelope/', { body, headers: { 'content-encoding': 'gzip' } })).status).toBe(200);
  expect((await ask('/tunnel', { body, headers: { 'content-encoding': 'gzip' } })).status).toBe(200);
});

test('nobody_gets_in_without_a_key_or_with_anothers', async () => {
  const { ask, submissions } = rig();
  expect((await ask('/7/envelope/')).status).toBe(403);
  expect((await ask(`/8/envelope/?sentry_key=${key}`)).status).toBe(403);
  expect((await ask(`/7/envelope/?sentry_key=${'f'.repeat(32)}`)).status).toBe(403);
  const other = Buffer.from(`{"dsn":"http://${key}@shop.example/8"}\n`);
  expect((await ask('/tunnel', { body: other })).status).toBe(403);
  expect(submissions).toEqual([]);
});

test('beyond_its_quota_a_project_is_told_how_long_to_wait_until_the_minute_is_over', async () => {
  const { ask, later } = rig();
  const send = () => ask(`/7/envelope/?sentry_key=${key}`);
  for (let count = 0; count < 3; count++) expect((await send()).status).toBe(200);
  later(18_000);
  const answer = await send();
  expect(answer).toMatchObject({
    status: 429,
    headers: {
      'Retry-After': '42',
      'X-Sentry-Rate-Limits': '42::project:quota',
      'Access-Control-Expose-Headers': expect.stringContaining('X-Sentry-Rate-Limits'),
    },
  });
  later(42_000);
  expect((await send()).status).toBe(200);
});

test('what_cannot_be_stored_now_is_asked_for_later', async () => {
  const { ask } = rig({ kind: 'refused', status: 503, why: 'busy' });
  const answer = await ask(`/7/envelope/?sentry_key=${key}`);
  expect(answer).toMatchObject({ status: 429, headers: { 'Retry-After': '5' } });
});

test('a_page_of_another_origin_may_ask_first_and_read_the_answer', async () => {
  const { ask } = rig();
  const before = await ask('/7/envelope/', { method: 'OPTIONS' });
  expect(before).toMatchObject({
    status: 204,
    headers: {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': expect.stringContaining('POST'),
    },
  });
  expect((await ask('/7/envelope/')).headers).toMatchObject({ 'Access-Control-Allow-Origin': '*' });
});

test('the_release_is_that_of_the_page_that_sent_it', async () => {
  const { ask, submissions } = rig();
  await ask(`/7/envelope/?sentry_key=${key}`, { headers: { origin: 'https://shop.example' } });
  await ask(`/7/envelope/?sentry_key=${key}`, { headers: { origin: 'https://elsewhere.example' } });
  expect(submissions.map(({ release, environment }) => [release, environment])).toEqual([
    ['shop@4', 'preview'],
    [null, 'production'],
  ]);
});

test('a_check_in_by_address_says_what_it_says_in_an_envelope', async () => {
  const { ask, submissions } = rig();
  const answer = await ask(`/7/cron/nightly/${key}/?status=error&duration=3`, {
    method: 'GET',
    body: new Uint8Array(),
  });
  expect(answer.status).toBe(200);
  expect(JSON.parse(Buffer.from(submissions[0]?.body ?? []).toString())).toMatchObject({
    monitor_slug: 'nightly',
    status: 'error',
    duration: 3,
  });
});

test('other_addresses_and_methods_are_told_apart', async () => {
  const { ask } = rig();
  expect((await ask('/event')).status).toBe(404);
  expect((await ask('/7/elsewhere/')).status).toBe(404);
  expect((await ask(`/7/envelope/?sentry_key=${key}`, { method: 'GET' })).status).toBe(405);
  expect((await ask('/0/organizations/x/')).status).toBe(299);
});
