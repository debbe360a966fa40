/** The whole of it on real files and Workers: requests as browsers send them in, figures out. */

import { expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SiteStatus } from '../../shared/analytics/contract.ts';
import { type Answer, question } from '../../shared/analytics/query.ts';
import type { RetentionAnswer } from '../../shared/analytics/retention.ts';
import type { VitalsAnswer } from '../../shared/analytics/vitals.ts';
import {
  ask,
  by,
  call,
  chrome,
  dayMs,
  dropped,
  noon,
  room,
  roomForEach,
  send,
  total,
  view,
} from './room.fixture.ts';

roomForEach();

test('views_and_events_of_a_visit_are_counted_with_what_is_known_of_it', async () => {
  expect(await send({ body: view('/?utm_source=google&utm_medium=cpc', { w: 1920 }) })).toMatchObject({
    status: 202,
  });
  room.now += 10_000;
  await send({ body: view('/pricing') });
  await send({ body: { n: 'Signup', u: 'https://shop.example/pricing', p: { plan: 'team' } } });
  await send({ body: view('/'), client: '198.51.100.2', headers: { referer: 'x' } });
  expect(await total()).toEqual([2, 2, 3, 4]);
  expect(await by('channel')).toEqual({ 'Paid Search': 3, Direct: 1 });
  expect(await by('page')).toEqual({ '/': 2, '/pricing': 2 });
  expect(await by('goal')).toEqual({ Signup: 1 });
  expect(await by('prop:plan')).toEqual({ team: 1 });
  expect(await by('browser')).toEqual({ Chrome: 4 });
  expect(await by('language')).toEqual({ de: 4 });
  expect(await by('release')).toEqual({ '3': 4 });
  expect(await by('screen')).toEqual({ Desktop: 3, '': 1 });
});

test('what_was_counted_is_there_after_the_process_died_without_a_word', async () => {
  await send({ body: view('/') });
  // The journal was written before the answer, so a second server on a copy of the folder knows it.
  const [name = ''] = readdirSync(join(room.root, 'analytics/shop.production')).filter((each) =>
    each.endsWith('.journal'),
  );
  const lines = readFileSync(join(room.root, 'analytics/shop.production', name), 'utf8');
  expect(lines.endsWith('\n')).toBe(true);
  expect(lines.split('\n')).toHaveLength(2);
  // A line that a crash cut off costs nobody else anything.
  await room.stop();
  writeFileSync(join(room.root, 'analytics/shop.production', name), `${lines}[17640,"half`);
  await room.start();
  await send({ body: view('/next') });
  expect(await total()).toEqual([1, 1, 2, 2]);
});

test('neither_addresses_nor_user_agents_are_written_anywhere', async () => {
  await send({ body: view('/'), client: '203.0.113.77' });
  await total();
  await room.stop();
  for (const file of readdirSync(room.root, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const text = readFileSync(join(file.parentPath, file.name), 'latin1');
    expect(text.includes('203.0.113.77')).toBe(false);
    expect(text.includes('AppleWebKit')).toBe(false);
  }
  await room.start();
});

test('a_visit_goes_on_across_midnight_and_a_new_one_is_a_new_person', async () => {
  room.now = Date.UTC(2026, 9, 24, 23, 50);
  await send({ body: view('/a') });
  room.now += 20 * 60_000;
  await send({ body: view('/b') });
  expect(await total()).toEqual([1, 1, 2, 2]);
  room.now += 31 * 60_000;
  await send({ body: view('/c') });
  expect(await total()).toEqual([2, 2, 3, 3]);
});

test('a_visit_goes_on_across_midnight_even_where_the_server_starts_again_meanwhile', async () => {
  room.now = Date.UTC(2026, 9, 24, 23, 50);
  await send({ body: view('/a') });
  await room.stop();
  room.now += 20 * 60_000;
  await room.start();
  await send({ body: view('/b') });
  expect(await total()).toEqual([1, 1, 2, 2]);
});

test('who_comes_back_another_day_is_known_only_of_people_the_site_names', async () => {
  const signedIn = view('/', { p: { user: 'u-1' } });
  await send({ body: signedIn });
  room.now += 2 * 3_600_000;
  await send({ body: signedIn });
  room.now += dayMs;
  await send({ body: signedIn });
  await send({ body: view('/'), client: '198.51.100.2' });
  const retention = async (property?: string) => {
    const range = { from: noon - (noon % dayMs), to: room.now + 1 };
    const question = { range, zone: 'UTC', interval: 'day', filters: [], property };
    const { cohorts } = await call<RetentionAnswer>('analytics.retention', { question });
    return cohorts.map(({ people, returned }) => [people, returned]);
  };
  expect(await retention('user')).toEqual([[1, [1]]]);
  expect(await retention()).toEqual([
    [1, [0, 1, 1, 1, 1]],
    [2, [0, 0, 0, 0, 0]],
  ]);
});

test('segments_are_kept_with_their_site_and_choose_visits_like_their_filters', async () => {
  await send({ body: view('/docs/start') });
  await send({ body: view('/'), client: '198.51.100.2' });
  const readers = { name: 'Readers', filters: [{ dimension: 'page', op: 'contains', values: ['/docs'] }] };
  const other = [{ dimension: 'page', op: 'is', values: ['/other'] }];
  await call('analytics.saveSegment', { segment: { ...readers, filters: other } });
  await call('analytics.saveSegment', { segment: readers });
  await room.stop();
  await room.start();
  const segments = async (site = {}) =>
    (await call<{ segments: (typeof readers)[] }>('analytics.segments', site)).segments;
  expect(await segments()).toEqual([readers]);
  expect(await segments({ environment: 'staging' })).toEqual([]);
  expect(await total({ filters: (await segments())[0]?.filters })).toEqual([1, 1, 1, 1]);
  await expect(call('analytics.removeSegment', { name: 'Others' })).rejects.toThrow('no segment');
  await call('analytics.removeSegment', { name: 'Readers' });
  expect(await segments()).toEqual([]);
});

test('a_site_has_at_most_fifty_segments_and_those_it_has_can_still_be_changed', async () => {
  const filters = [{ dimension: 'country', op: 'is', values: ['DE'] }];
  for (let index = 0; index < 50; index++)
    await call('analytics.saveSegment', { segment: { name: `s${index}`, filters } });
  await expect(call('analytics.saveSegment', { segment: { name: 's50', filters } })).rejects.toThrow('50');
  const changed = { name: 's7', filters: [{ dimension: 'city', op: 'is', values: ['Ulm'] }] };
  const { segments } = await call<{ segments: object[] }>('analytics.saveSegment', { segment: changed });
  expect(segments).toHaveLength(50);
  expect(segments).toContainEqual(changed);
});

test('two_salts_live_and_older_ones_are_gone_from_the_disk', async () => {
  const salts = () =>
    JSON.parse(readFileSync(join(room.root, 'analytics/salts.json'), 'utf8')) as {
      day: number;
      secret: string;
    }[];
  await send({ body: view('/') });
  const [first] = salts();
  room.now += dayMs;
  await send({ body: view('/') });
  expect(salts().map(({ day }) => day)).toEqual([noon + dayMs, noon].map((at) => at - (at % dayMs)));
  room.now += dayMs;
  await send({ body: view('/') });
  expect(salts()).toHaveLength(2);
  const everything = readdirSync(join(room.root, 'analytics'), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'));
  expect(everything.some((text) => text.includes(first?.secret ?? '?'))).toBe(false);
});

test('a_day_that_is_over_is_sealed_and_the_keys_of_its_visitors_go_with_the_journal', async () => {
  await send({ body: view('/') });
  room.now += 3 * dayMs;
  await room.feature.start?.();
  const folder = join(room.root, 'analytics/shop.production');
  const deadline = performance.now() + 5000;
  while (existsSync(join(folder, '20261024.journal')) && performance.now() < deadline) await Bun.sleep(5);
  expect(readdirSync(folder)).toEqual(['20261024.db']);
  expect(await total({ range: { from: noon - dayMs, to: room.now } })).toEqual([1, 1, 1, 1]);
});

test('crawlers_and_people_who_do_not_want_it_are_left_out_and_counted_as_that', async () => {
  const bot = { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' };
  for (const headers of [bot, { dnt: '1' }, { 'sec-gpc': '1' }]) {
    const answer = await send({ body: view('/'), headers });
    expect([answer.status, answer.headers?.['x-plausible-dropped']]).toEqual([202, '1']);
  }
  await call('analytics.configure', { settings: { leftOut: ['/admin*'] } });
  await send({ body: view('/admin/users') });
  await room.stop();
  await room.start();
  expect(await dropped()).toEqual({
    bot: 1,
    datacentre: 0,
    'opt-out': 2,
    foreign: 0,
    flood: 0,
    'left-out': 1,
    malformed: 0,
  });
  expect(await total()).toEqual([0, 0, 0, 0]);
});

test('what_umami_sends_is_understood_and_its_crawlers_get_its_own_answer', async () => {
  const website = crypto.randomUUID();
  const umami = (payload: object, type = 'event') => ({
    endpoint: 'api/send',
    body: {
      type,
      payload: { website, hostname: 'shop.example', language: 'fr-FR', screen: '390x844', ...payload },
    },
  });
  const answer = await send(
    umami({ url: '/start?utm_source=newsletter&utm_medium=email', referrer: 'https://a.example/x' }),
  );
  expect(answer.status).toBe(200);
  expect(Object.keys(JSON.parse(String(answer.body)))).toEqual(['cache', 'sessionId', 'visitId']);
  room.now += 1000;
  await send(
    umami({ url: '/start', name: 'Signup', data: { plan: 'team', revenue: 3, currency: 'USD' }, tag: 'b' }),
  );
  await send(umami({ url: '/start', lcp: 1234, cls: 0.05 }, 'performance'));
  await send(umami({ id: 'somebody@example.com' }, 'identify'));
  expect(await total()).toEqual([1, 1, 1, 2]);
  expect(await by('channel')).toEqual({ Email: 2 });
  expect(await by('screen')).toEqual({ Mobile: 2 });
  expect(await by('language')).toEqual({ fr: 2 });
  expect([await by('prop:plan'), await by('prop:tag')]).toEqual([{ team: 1 }, { b: 1 }]);
  const vitals = await call<VitalsAnswer>('analytics.vitals', {
    question: { range: { from: noon - dayMs, to: noon + dayMs }, filters: [], by: 'page', limit: 10 },
  });
  expect(vitals.total).toMatchObject({ lcp: { p75: 1234, rating: 'good' }, cls: { p75: 0.05 }, inp: null });
  expect((await send(umami({ url: '/', website: 'nonsense' }))).status).toBe(400);
  const bot = await send({ ...umami({ url: '/' }), headers: { 'user-agent': 'curl/7.64.1' } });
  expect(String(bot.body)).toBe('{"beep":"boop"}');
});

test('time_and_depth_on_a_page_go_to_its_view_and_a_glance_beyond_midnight_counts_no_one_new', async () => {
  await send({ body: view('/long') });
  room.now += 30_000;
  await send({
    body: { n: 'engagement', u: 'https://shop.example/long', e: 25_000, sd: 80, wv: { lcp: 3000 } },
  });
  await send({ body: { n: 'engagement', u: 'https://shop.example/long', e: 5000, sd: 40 } });
  await send({
    body: { n: 'engagement', u: 'https://shop.example/never', e: 5000, sd: 40 },
    client: '198.51.100.9',
  });
  const { total: all } = await ask({
    metrics: ['visitors', 'pageviews', 'time_on_page', 'scroll_depth', 'visit_duration', 'bounce_rate'],
  });
  expect(all.values).toEqual([1, 1, 30_000, 80, 30_000, 1]);
});

test('a_partition_is_handed_over_whole_with_its_sum_and_never_an_older_one', async () => {
  await send({ body: view('/') });
  const { partitions } = await call<SiteStatus>('analytics.status', {});
  const [held] = partitions;
  const pieces: string[] = [];
  const handler = Reflect.get(room.feature.handlers, 'analytics.partition') as (
    params: object,
    context: object,
  ) => Promise<{ sha256: string }>;
  const params = {
    app: 'shop',
    environment: 'production',
    counted: 'script',
    day: held?.day,
    version: held?.version,
  };
  const context = {
    signal: new AbortController().signal,
    emit: ({ piece }: { piece: string }) => pieces.push(piece),
  };
  const { sha256 } = await handler(params, context);
  const bytes = Bun.gunzipSync(Buffer.from(pieces.join(''), 'base64'));
  expect(new Bun.CryptoHasher('sha256').update(bytes).digest('hex')).toBe(sha256);
  expect(Buffer.from(bytes.slice(0, 15)).toString()).toBe('SQLite format 3');
  const refused = await handler({ ...params, version: 'older' }, context).catch(
    (error: Error) => error.message,
  );
  expect(refused).toContain('changed');
});

test('the_script_is_put_into_pages_only_where_that_was_switched_on', async () => {
  const [filter] = room.feature.answerFilters ?? [];
  expect(filter?.covers('shop/production')).toBe(false);
  await call('analytics.configure', { settings: { inject: true } });
  expect(filter?.covers('shop/production')).toBe(true);
  expect(filter?.covers('other/production')).toBe(false);
  const about = {
    service: 'shop/production',
    release: 7,
    method: 'GET',
    path: '/',
    host: 'h',
    status: 200,
    field: () => '',
    asked: () => '',
    client: '198.51.100.1',
  };
  expect(filter?.begin({ ...about, contentType: 'application/json' })).toBeNull();
  const transform = filter?.begin({ ...about, contentType: 'text/html; charset=utf-8' });
  const page = Buffer.from('<!doctype html><head></head><body>hi');
  const sent = Buffer.concat([transform?.push(page) ?? page, transform?.end() ?? page]).toString();
  expect(sent).toBe(
    '<!doctype html><head><script defer src="/.windlass/script.js" data-release="7"></script></head><body>hi',
  );
});

test('pages_are_counted_as_they_are_served_only_where_that_was_switched_on_and_kept_apart', async () => {
  const filter = room.feature.answerFilters?.find(({ name }) => name === 'analytics-served');
  expect(filter?.covers('shop/production')).toBe(false);
  await call('analytics.configure', { settings: { served: true } });
  expect(filter?.covers('shop/production')).toBe(true);
  const asked = (name: string) => ({ 'user-agent': chrome, referer: 'https://www.google.com/' })[name] ?? '';
  const about = {
    service: 'shop/production',
    release: 4,
    method: 'GET',
    path: '/served?utm_source=x',
    host: 'shop.example:8080',
    status: 200,
    contentType: 'text/html',
    field: () => '',
    asked,
    client: '198.51.100.7',
  };
  expect(filter?.begin(about)).toBeNull();
  filter?.begin({ ...about, contentType: 'application/json' });
  filter?.begin({ ...about, status: 404 });
  filter?.begin({ ...about, asked: (name) => (name === 'sec-purpose' ? 'prefetch' : asked(name)) });
  filter?.begin({ ...about, asked: (name) => (name === 'user-agent' ? 'curl/8.0' : asked(name)) });
  // Behind them in the same queue, so that they are written once it is answered.
  await send({ body: view('/told') });
  expect(await by('page')).toEqual({ '/told': 1 });
  const served = await call<Answer>('analytics.ask', {
    counted: 'served',
    question: question.parse({
      range: { from: noon - dayMs, to: noon + dayMs },
      metrics: ['visitors', 'pageviews'],
      dimensions: ['page'],
    }),
  });
  expect(served.rows).toEqual([{ keys: ['/served'], values: [1, 1] }]);
});

test('the_script_is_small_and_answered_as_the_browser_wants_it', async () => {
  const script = (headers: Record<string, string>) => send({ endpoint: 'script.js', method: 'GET', headers });
  const packed = await script({ 'accept-encoding': 'gzip, br' });
  expect(packed.headers?.['content-encoding']).toBe('br');
  expect((packed.body as Uint8Array).length).toBeLessThanOrEqual(2500);
  const plain = await script({});
  expect(plain.headers?.['content-encoding']).toBeUndefined();
  expect(Buffer.from(plain.body as Uint8Array).toString()).toContain('/.windlass/event');
  expect((await script({ 'if-none-match': packed.headers?.etag ?? '' })).status).toBe(304);
});

test('nothing_is_written_before_somebody_comes', async () => {
  expect(readdirSync(join(room.root, 'analytics'))).toEqual([]);
});
