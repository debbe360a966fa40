import { afterEach, expect, test } from 'bun:test';
import { keyFor, provider, type Rig, secrets, startRig } from './rig.fixture.ts';
import { openai, type StandIn, startStandIn } from './stand-in.fixture.ts';
import { createAddresses, isInward } from './upstream/address.ts';
import { parseOrigin } from './upstream/origin.ts';
import { requestHead } from './upstream/request-head.ts';

const open: { close?(): Promise<void>; stop?(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await (each.close?.() ?? each.stop?.());
});

function start(limits: Parameters<typeof keyFor>[1] = {}): { up: StandIn; at: Rig } {
  const up = startStandIn(() => Response.json(openai.answer()));
  const at = startRig({
    providers: [provider('openai', up.url)],
    keys: [keyFor('shop', limits), keyFor('blog', limits)],
  });
  open.push(up, at);
  return { up, at };
}

const hello = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] };
const as = (app: keyof typeof secrets) => ({ authorization: `Bearer ${secrets[app]}` });

test('a_key_is_taken_in_every_header_the_sdks_use_and_another_is_not', async () => {
  const { up, at } = start();
  for (const headers of [
    { authorization: `Bearer ${secrets.shop}` },
    { 'x-api-key': secrets.shop },
    { 'api-key': secrets.shop },
    { 'x-goog-api-key': secrets.shop },
  ]) {
    const init = { method: 'POST', headers: headers as Record<string, string>, body: JSON.stringify(hello) };
    expect((await fetch(`${at.url}/v1/chat/completions`, init)).status).toBe(200);
  }
  const sent = up.asked.length;
  expect((await at.post('/v1/chat/completions', hello, { authorization: 'Bearer wlai-none' })).status).toBe(
    401,
  );
  const none = await fetch(`${at.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(hello) });
  expect(none.status).toBe(401);
  expect(up.asked).toHaveLength(sent);
});

test('one_app_cannot_use_the_key_of_another', async () => {
  const { up, at } = start();
  const answer = await at.post('/apps/shop/production/1/v1/chat/completions', hello, as('blog'));
  expect(answer.status).toBe(403);
  expect(up.asked).toHaveLength(0);
});

test('one_app_is_never_answered_from_the_cache_of_another', async () => {
  const { up, at } = start({ cacheSeconds: 60 });
  await (await at.post('/v1/chat/completions', hello, as('shop'))).text();
  await at.calls();
  const again = await at.post('/v1/chat/completions', hello, as('shop'));
  expect(again.headers.get('windlass-cache')).toBe('hit');
  expect(await again.json()).toEqual(openai.answer());
  expect(up.asked).toHaveLength(1);
  const other = await at.post('/v1/chat/completions', hello, as('blog'));
  expect(other.headers.get('windlass-cache')).toBeNull();
  expect(up.asked).toHaveLength(2);
  const calls = await at.calls();
  expect(calls.map(({ cached, cost }) => [cached, cost > 0])).toEqual([
    [false, true],
    [true, false],
    [false, true],
  ]);
});

test('guessing_keys_is_limited_and_holds_up_nobody_with_a_key', async () => {
  const { at } = start();
  const statuses: number[] = [];
  for (let guess = 0; guess < 30; guess++) {
    statuses.push(
      (await at.post('/v1/chat/completions', hello, { authorization: `Bearer guess-${guess}` })).status,
    );
  }
  expect(statuses.slice(0, 20)).toEqual(Array(20).fill(401));
  expect(statuses.slice(20)).toEqual(Array(10).fill(429));
  expect((await at.post('/v1/chat/completions', hello)).status).toBe(200);
});

test('deep_and_huge_bodies_are_refused_before_anything_is_sent', async () => {
  const { up, at } = start();
  const deep = `{"model":"gpt-4o-mini","messages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  expect((await at.post('/v1/chat/completions', deep)).status).toBe(400);
  const hidden = JSON.stringify({ ...hello, messages: [{ role: 'user', content: '[{'.repeat(1000) }] });
  expect((await at.post('/v1/chat/completions', hidden)).status).toBe(200);
  const wide = `{"model":"gpt-4o-mini","stop":[${'1,'.repeat(600_000)}1]}`;
  expect((await at.post('/v1/chat/completions', wide)).status).toBe(400);
  const huge = await at
    .post('/v1/chat/completions', `{"model":"${'x'.repeat(33 * 1024 * 1024)}"}`)
    .catch(() => null);
  expect(huge?.status ?? 413).toBe(413);
  for (const bad of ['', '[]', '"x"', '{"model":', '{"model":5}', 'null']) {
    expect((await at.post('/v1/chat/completions', bad)).status).toBe(400);
  }
  expect(up.asked).toHaveLength(1);
});

test('what_was_checked_is_what_is_sent_where_a_name_stands_twice', async () => {
  const { up, at } = start({ models: ['gpt-4o-mini'] });
  const first = '{"model":"gpt-4o-mini","messages":[],"model":"gpt-5-pro"}';
  expect((await at.post('/v1/chat/completions', first)).status).toBe(403);
  const last = '{"model":"gpt-5-pro","messages":[],"model":"gpt-4o-mini"}';
  expect((await at.post('/v1/chat/completions', last)).status).toBe(200);
  expect(up.asked[0]?.text).not.toContain('gpt-5-pro');
});

test('no_header_or_path_of_a_request_can_become_a_line_of_another', async () => {
  const { up, at } = start();
  const model = 'gpt-4o-mini\r\nx-evil: 1\r\n\r\nGET / HTTP/1.1';
  for (const name of [model, `openai/${model}`]) {
    expect((await at.post('/v1/chat/completions', { ...hello, model: name })).status).toBe(400);
  }
  expect((await at.post(`/v1beta/models/${encodeURIComponent(model)}:generateContent`, {})).status).toBe(400);
  expect(up.asked).toHaveLength(0);
  const origin = parseOrigin('http://127.0.0.1:1', true);
  expect(() => requestHead(origin, 'POST', '/a\r\nb', {})).toThrow();
  expect(() => requestHead(origin, 'POST', '/a', { 'x-key': 'a\r\nb: c' })).toThrow();
});

test('addresses_within_are_refused_unless_the_owner_said_so_and_looked_at_when_connected', async () => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.0.1',
    '::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '0.0.0.0',
    '100.64.0.1',
  ]) {
    expect(isInward(address), address).toBe(true);
  }
  for (const address of ['1.1.1.1', '2606:4700::1111']) expect(isInward(address), address).toBe(false);
  for (const url of [
    'file:///etc/passwd',
    'https://user:pass@api.example.com',
    'http://api.example.com',
    'https://api.example.com/?x=1',
  ]) {
    expect(() => parseOrigin(url, false), url).toThrow();
  }
  // A name that points inward one day is refused that day.
  let now = 0;
  let answer = '1.1.1.1';
  const addresses = createAddresses(
    async () => [answer],
    () => now,
  );
  expect(await addresses.find('api.example.com', false)).toBe('1.1.1.1');
  answer = '169.254.169.254';
  now = 61_000;
  await expect(Promise.resolve(addresses.find('api.example.com', false))).rejects.toThrow(
    'within this machine',
  );

  const up = startStandIn(() => Response.json(openai.answer()));
  const at = startRig({
    providers: [provider('openai', up.url.replace('http:', 'https:'), { private: false })],
  });
  open.push(up, at);
  const refused = await at.post('/v1/chat/completions', hello);
  expect(refused.status).toBe(502);
  expect(up.asked).toHaveLength(0);
});

test('a_provider_that_cannot_prove_who_it_is_gets_no_request', async () => {
  const { key, cert } = await selfSigned();
  let asked = 0;
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    tls: { key, cert },
    fetch: () => {
      asked++;
      return Response.json(openai.answer());
    },
  });
  open.push({ stop: () => server.stop(true) });
  const at = startRig({ providers: [provider('openai', `https://127.0.0.1:${server.port}`)] });
  open.push(at);
  const answer = await at.post('/v1/chat/completions', hello);
  expect(answer.status).toBe(502);
  expect(asked).toBe(0);
});

test('an_answer_that_nobody_bounded_is_bounded_by_its_key_and_no_field_of_another_dialect_counts', async () => {
  const { up, at } = start({ maxTokens: 100 });
  const post = (more: object) => at.post('/v1/chat/completions', { ...hello, ...more });
  for (const more of [
    {},
    { max_output_tokens: 5 },
    { generationConfig: { maxOutputTokens: 5 } },
    { max_tokens: -1 },
  ]) {
    expect((await post(more)).status).toBe(200);
    expect(up.asked.at(-1)?.body.max_completion_tokens).toBe(100);
  }
  expect((await post({ max_completion_tokens: 5, max_tokens: 101 })).status).toBe(403);
  const calls = await at.calls();
  // 100 tokens of the answer are in each reservation: 60,000 nanodollars.
  expect(calls.every(({ reserved }) => reserved >= 60_000)).toBe(true);
});

test('rules_of_a_key_block_redact_and_bound', async () => {
  const { up, at } = start({
    models: ['gpt-4o*'],
    maxTokens: 100,
    tools: ['weather'],
    guards: [
      { pattern: 'launch codes', action: 'block' },
      { pattern: '\\b\\d{16}\\b', action: 'redact' },
    ],
  });
  const say = (content: string, more: object = {}) =>
    at.post('/v1/chat/completions', { ...hello, messages: [{ role: 'user', content }], ...more });
  expect((await say('the launch codes')).status).toBe(403);
  expect((await say('Hi', { max_tokens: 101 })).status).toBe(403);
  expect((await say('Hi', { model: 'gpt-5' })).status).toBe(403);
  expect((await say('Hi', { tools: [{ type: 'function', function: { name: 'rm' } }] })).status).toBe(403);
  expect(up.asked).toHaveLength(0);
  expect((await say('card 4111111111111111 please')).status).toBe(200);
  expect(up.asked[0]?.text).not.toContain('4111111111111111');
});

async function selfSigned(): Promise<{ key: string; cert: string }> {
  const made = Bun.spawnSync([
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '1',
    '-subj',
    '/CN=127.0.0.1',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
    '-keyout',
    '-',
    '-out',
    '-',
  ]);
  const text = made.stdout.toString();
  const part = (name: string) =>
    new RegExp(`-----BEGIN ${name}-----[^]*?-----END ${name}-----\\n`).exec(text)?.[0] ?? '';
  return { key: part('PRIVATE KEY'), cert: part('CERTIFICATE') };
}
