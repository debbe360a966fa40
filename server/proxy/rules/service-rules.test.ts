/** Rules in front of an environment, over real sockets: what they stop, what they let through, what reaches the app. */

import { afterEach, expect, test } from 'bun:test';
import { brotliDecompressSync } from 'node:zlib';
import { type RouteRules, routeRules } from '../../../shared/proxy/rules.ts';
import { answering, get, ok, type RigOptions, startApps, until } from '../rig.ts';
import type { Password } from './passwords.ts';
import { ServiceRules } from './service-rules.ts';

const { one, close } = startApps();
afterEach(close);

const secret = new Uint8Array(32);

function ruled(rules: RouteRules, options: RigOptions & { answer?: string; passwords?: Password[] } = {}) {
  const { answer = ok('the app'), passwords = [], ...rest } = options;
  const both = one(answering(answer), rest);
  both.rig.service.rules = new ServiceRules('shop/production', routeRules.parse(rules), passwords, secret);
  const ask = async (request: string) =>
    (await both.rig.ask(request)).sees((text) => text.includes('\r\n\r\n'));
  return { ...both, ask };
}

test('redirects_keep_method_and_query_and_splat_and_never_lead_to_themselves_or_another_host', async () => {
  const { ask, app } = ruled({
    redirects: [
      { from: '/old', to: '/new' },
      { from: '/blog/*', to: 'https://blog.example.com/:splat', status: 301 },
      { from: '/go*', to: '/:splat' },
      { from: '/same', to: '/same' },
      { from: '*.php', to: '/gone?from=php', status: 302 },
    ],
  });
  const where = async (path: string) => {
    const text = await ask(get(path));
    return [Number(text.slice(9, 12)), /\r\nLocation: ([^\r]*)/.exec(text)?.[1]];
  };
  expect(await where('/old?a=1')).toEqual([308, '/new?a=1']);
  expect(await where('/%6fld')).toEqual([308, '/new']);
  expect(await where('/blog/2024/a%20b?x')).toEqual([301, 'https://blog.example.com/2024/a%20b?x']);
  expect(await where('/blog')).toEqual([301, 'https://blog.example.com/']);
  expect(await where('/go//evil.example')).toEqual([308, '/evil.example']);
  expect(await where('/wp-login.php?x')).toEqual([302, '/gone?from=php']);
  expect(app.received).toBe('');
  expect(await where('/same')).toEqual([200, undefined]);
  expect(await where('/older')).toEqual([200, undefined]);
});

test('one_host_is_canonical_and_a_port_is_kept', async () => {
  const { ask, app } = ruled({ canonicalHost: 'app.test' });
  const other = (host: string) => ask(`GET /a?b HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  expect(await other('app.test.example')).toContain('308 Permanent Redirect\r\n');
  expect(await other('app.test.example:8080')).toContain('\r\nLocation: http://app.test:8080/a?b\r\n');
  expect(app.received).toBe('');
  expect(await other('app.test.:80')).toStartWith('HTTP/1.1 200 ');
});

test('addresses_that_are_denied_or_not_allowed_get_403_and_the_app_hears_nothing', async () => {
  const denied = ruled({ deny: ['127.0.0.0/8'] });
  expect(await denied.ask(get())).toStartWith('HTTP/1.1 403 ');
  const others = ruled({ allow: ['10.0.0.0/8', '2001:db8::/32'] });
  expect(await others.ask(get())).toStartWith('HTTP/1.1 403 ');
  expect(denied.app.received + others.app.received).toBe('');
  const allowed = ruled({ allow: ['127.0.0.1'], deny: ['10.0.0.0/8'] });
  expect(await allowed.ask(get())).toStartWith('HTTP/1.1 200 ');
});

test('only_a_trusted_proxy_is_believed_about_the_visitors_address', async () => {
  const forged = get('/', 'X-Forwarded-For: 10.1.1.1\r\n');
  const open = ruled({ allow: ['10.0.0.0/8'] });
  expect(await open.ask(forged)).toStartWith('HTTP/1.1 403 ');
  expect(open.rig.log[0]?.client).toBe('127.0.0.1');
  const trusted = new Set(['127.0.0.1', '192.0.2.9']);
  const behind = ruled({ allow: ['10.0.0.0/8'] }, { trusted });
  expect(await behind.ask(forged)).toStartWith('HTTP/1.1 200 ');
  // What is left of the first proxy that is not trusted was said by the visitor.
  const chained = get('/', 'X-Forwarded-For: 10.1.1.1, 203.0.113.5, 192.0.2.9\r\n');
  expect(await behind.ask(chained)).toStartWith('HTTP/1.1 403 ');
  expect(await behind.ask(get('/', 'X-Forwarded-For: 10.1.1.1, nonsense\r\n'))).toStartWith('HTTP/1.1 403 ');
  expect(behind.rig.log.map(({ client }) => client)).toEqual(['10.1.1.1', '203.0.113.5', '127.0.0.1']);
});

test('a_rate_is_429_with_retry_after_for_that_path_and_client_alone', async () => {
  const { ask, app } = ruled(
    { rates: [{ path: '/api/*', requests: 2, per: 60 }] },
    { trusted: new Set(['127.0.0.1']) },
  );
  const from = (client: string, path: string) => get(path, `X-Forwarded-For: ${client}\r\n`);
  const statuses: number[] = [];
  for (const path of ['/api/a', '/api/b', '/api/c', '//api/./d', '/%61pi/e'])
    statuses.push(Number((await ask(from('192.0.2.1', path))).slice(9, 12)));
  expect(statuses).toEqual([200, 200, 429, 429, 429]);
  expect(await ask(from('192.0.2.1', '/api/c'))).toMatch(/\r\nRetry-After: (?:2\d|30)\r\n/);
  expect(await ask(from('192.0.2.1', '/other'))).toStartWith('HTTP/1.1 200 ');
  expect(await ask(from('192.0.2.2', '/api/a'))).toStartWith('HTTP/1.1 200 ');
  expect(app.received).not.toContain('/api/c');
  // One host has a whole /64 of IPv6.
  for (const host of ['1', '2']) expect(await ask(from(`2001:db8::${host}`, '/api/a'))).toContain(' 200 ');
  expect(await ask(from('2001:db8::3', '/api/a'))).toStartWith('HTTP/1.1 429 ');
  expect(await ask(from('2001:db8:0:1::3', '/api/a'))).toStartWith('HTTP/1.1 200 ');
});

test('no_more_than_so_many_requests_are_at_the_app_at_once_and_places_come_back', async () => {
  const { rig, app } = one(() => undefined);
  rig.service.rules = new ServiceRules('s/p', { concurrency: [{ path: '/slow', most: 2 }] }, [], secret);
  const first = await rig.ask(get('/slow'));
  const second = await rig.ask(get('/slow'));
  await until('both at the app', () => app.received.split('GET /slow').length === 3);
  const third = await rig.ask(get('/slow'));
  expect(await third.sees('\r\n\r\n')).toMatch(/^HTTP\/1\.1 503 [\s\S]*\r\nRetry-After: /);
  await rig.ask(get('/fast'));
  await until('another path', () => app.received.includes('GET /fast'));
  first.reset();
  await until('a place', () => rig.log.some(({ status }) => status === 499));
  await rig.ask(get('/slow'));
  await until('the next one', () => app.received.split('GET /slow').length === 4);
  app.connections[1]?.send(ok('done'));
  await second.sees('done');
});

test('a_password_is_asked_for_and_guessing_is_slowed_down', async () => {
  const passwords = [{ user: 'ann', password: 's3cret' }];
  const { ask, app } = ruled({}, { passwords });
  const basic = (pair: string) => get('/', `Authorization: Basic ${btoa(pair)}\r\n`);
  const refused = await ask(get());
  expect(refused).toStartWith('HTTP/1.1 401 ');
  expect(refused).toContain('\r\nWWW-Authenticate: Basic realm="This site", charset="UTF-8"\r\n');
  for (const pair of ['ann:wrong', 'bob:s3cret', 'ann', ':'])
    expect(await ask(basic(pair))).toStartWith('HTTP/1.1 401 ');
  expect(app.received).toBe('');
  expect(await ask(basic('ann:s3cret'))).toStartWith('HTTP/1.1 200 ');
  let last = '';
  for (let guess = 0; guess < 12; guess++) last = await ask(basic(`ann:${guess}`));
  expect(last).toStartWith('HTTP/1.1 429 ');
  expect(await ask(basic('ann:s3cret'))).toStartWith('HTTP/1.1 200 ');
});

test('the_servers_own_probe_passes_rules_and_a_stranger_with_a_wrong_token_does_not', async () => {
  const { ask } = ruled({ maintenance: {} }, { passwords: [{ user: '', password: 'x' }] });
  expect(await ask(get('/', 'Windlass-Probe: the-token\r\n'))).toContain('\r\nWindlass-Release: 7\r\n');
  expect(await ask(get('/', 'Windlass-Probe: guessed\r\n'))).toStartWith('HTTP/1.1 503 ');
});

test('maintenance_is_503_with_its_own_page_but_for_those_who_work_on_it', async () => {
  const { ask, app } = ruled(
    { maintenance: { page: '<h1>Zurück um 8</h1>', allow: ['10.0.0.0/8'], retryAfter: 900 } },
    { trusted: new Set(['127.0.0.1']) },
  );
  const text = await ask(get('/', 'Accept: text/html\r\n'));
  expect(text).toStartWith('HTTP/1.1 503 ');
  expect(text).toContain('\r\nRetry-After: 900\r\n');
  expect(Buffer.from(text.slice(text.indexOf('<h1>')), 'latin1').toString()).toBe('<h1>Zurück um 8</h1>');
  expect(app.received).toBe('');
  expect(await ask(get('/', 'X-Forwarded-For: 10.0.0.1\r\n'))).toStartWith('HTTP/1.1 200 ');
});

test('an_environments_own_page_stands_in_for_the_proxys', async () => {
  const { ask } = ruled({ pages: { '502': '<h1>ours</h1>' } }, { answer: 'garbage\r\n\r\n' });
  expect(await ask(get('/', 'Accept: text/html\r\n'))).toMatch(/^HTTP\/1\.1 502 [\s\S]*<h1>ours<\/h1>$/);
  expect(await ask(get('/', 'Accept: application/json\r\n'))).not.toContain('ours');
});

test('headers_are_set_in_place_of_the_apps_and_taken_away_and_framing_stays', async () => {
  const { ask } = ruled(
    {
      headers: [
        { set: { 'X-Frame-Options': 'DENY', 'content-length': '1' }, remove: ['X-Powered-By', 'Connection'] },
        { path: '/img/*', set: { 'Cache-Control': 'public, max-age=60' } },
      ],
    },
    { answer: ok('hello', 'x-frame-options: ALLOW\r\nX-Powered-By: Me\r\nCache-Control: no-store\r\n') },
  );
  expect(await ask(get('/'))).toBe(
    'HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 5\r\nX-Frame-Options: DENY\r\n\r\nhello',
  );
  expect(await ask(get('/img/a'))).toContain('\r\nCache-Control: public, max-age=60\r\n');
});

test('cors_answers_preflights_and_names_only_origins_it_knows', async () => {
  const { ask, app } = ruled(
    {
      cors: [
        {
          path: '/api/*',
          origins: ['https://a.example'],
          methods: ['GET', 'PUT'],
          headers: ['X-Key'],
          credentials: true,
        },
      ],
    },
    { answer: ok('data', 'Access-Control-Allow-Origin: *\r\n'), passwords: [] },
  );
  const from = (origin: string, more = '') => `Host: app.test\r\nOrigin: ${origin}\r\n${more}\r\n`;
  const asked = 'Access-Control-Request-Method: PUT\r\n';
  const granted = await ask(`OPTIONS /api/x HTTP/1.1\r\n${from('https://a.example', asked)}`);
  expect(granted).toStartWith('HTTP/1.1 204 ');
  for (const line of [
    'Access-Control-Allow-Origin: https://a.example',
    'Access-Control-Allow-Credentials: true',
    'Access-Control-Allow-Methods: GET, PUT',
    'Access-Control-Allow-Headers: X-Key',
    'Vary: Origin',
  ])
    expect(granted).toContain(`\r\n${line}\r\n`);
  const refused = await ask(`OPTIONS /api/x HTTP/1.1\r\n${from('https://b.example', asked)}`);
  expect(refused).not.toContain('Access-Control-Allow');
  expect(app.received).toBe('');
  expect(await ask(`GET /api/x HTTP/1.1\r\n${from('https://a.example')}`)).toContain(
    '\r\nAccess-Control-Allow-Origin: https://a.example\r\n',
  );
  expect(await ask(`GET /api/x HTTP/1.1\r\n${from('https://b.example')}`)).not.toContain('Allow-Origin');
  expect(await ask(`GET /else HTTP/1.1\r\n${from('https://b.example')}`)).toContain('Allow-Origin: *');
  expect(await ask(`OPTIONS /api/x HTTP/1.1\r\n${from('https://a.example')}`)).toStartWith('HTTP/1.1 200 ');
});

test('a_body_beyond_the_environments_own_bound_is_413', async () => {
  const { ask, app } = ruled({ maxBody: '1k' });
  const post = (length: number) =>
    `POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: ${length}\r\n\r\n${'a'.repeat(length)}`;
  expect(await ask(post(1025))).toStartWith('HTTP/1.1 413 ');
  expect(app.received).toBe('');
  expect(await ask(post(1024))).toStartWith('HTTP/1.1 200 ');
});

test('text_is_compressed_where_asked_for_and_small_or_coded_or_binary_answers_are_not', async () => {
  const long = 'line of text\n'.repeat(1000);
  const accept = 'Accept-Encoding: br\r\nConnection: close\r\n';
  const { rig, app } = ruled({ compress: true }, { answer: ok(long, 'Content-Type: application/json\r\n') });
  const text = await (await rig.ask(get('/', accept))).closes();
  expect(text).toContain('\r\nContent-Encoding: br\r\n');
  const body = text.slice(text.indexOf('\r\n\r\n') + 4);
  const start = body.indexOf('\r\n') + 2;
  const content = Buffer.from(body.slice(start, start + Number.parseInt(body, 16)), 'latin1');
  expect(long.startsWith(brotliDecompressSync(content).toString().slice(0, 1000))).toBe(true);
  expect(app.received).toContain('\r\nAccept-Encoding: br\r\n');
  for (const answer of [
    ok('{}', 'Content-Type: application/json\r\n'),
    ok(long, 'Content-Type: image/png\r\n'),
    ok(long, 'Content-Type: text/event-stream\r\n'),
    ok(long, 'Content-Type: text/html\r\nContent-Encoding: gzip\r\n'),
  ]) {
    const left = ruled({ compress: true }, { answer });
    const plain = await (await left.rig.ask(get('/', accept))).closes();
    expect(plain).toBe(answer.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
  }
});

test('an_apps_own_error_is_replaced_for_browsers_where_its_owner_asks_and_for_nobody_else', async () => {
  const rules = { pages: { '503': '<h1>ours</h1>' }, replace: ['502', '503', '404'] as const };
  const failing = (status: string, body = 'theirs', fields = '') =>
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`;
  const browser = get('/', 'Accept: text/html\r\n');
  const at = (status: string, fields = '') =>
    ruled({ ...rules, replace: [...rules.replace] }, { answer: failing(status, 'theirs', fields) });

  const down = at('503 Nope', 'Retry-After: 77\r\nSet-Cookie: a=b\r\n');
  const text = await down.ask(browser);
  expect(text).toStartWith('HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html; charset=utf-8\r\n');
  expect(text).toEndWith('\r\n\r\n<h1>ours</h1>');
  expect(text.match(/Retry-After: \d+/g)).toEqual(['Retry-After: 77']);
  expect(text).not.toContain('theirs');
  // The app said it, and so it counts as the release's own.
  expect(down.rig.log[0]).toMatchObject({ status: 503, target: 'a' });
  // Without a page of the owner's the proxy's stands in.
  expect(await at('502 Bad').ask(browser)).toContain('This site is not answering');

  expect(await down.ask(get('/', 'Accept: application/json\r\n'))).toEndWith('\r\n\r\ntheirs');
  expect(await down.ask(get('/'))).toEndWith('\r\n\r\ntheirs');
  // Not asked for; and no page of the proxy's says why this app has no such page.
  expect(await at('500 Oops').ask(browser)).toEndWith('\r\n\r\ntheirs');
  expect(await at('404 Not Found').ask(browser)).toEndWith('\r\n\r\ntheirs');
  expect(await at('200 OK').ask(browser)).toEndWith('\r\n\r\ntheirs');
});

test('a_replaced_answer_that_never_ends_is_not_waited_for_and_the_visitor_goes_on', async () => {
  const { rig, app } = one((end) => {
    const asked = end.text.match(/GET /g)?.length ?? 0;
    if (asked === 1) end.send('HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
  });
  rig.service.rules = new ServiceRules('s/p', { replace: ['500'] }, [], secret);
  const visitor = await rig.ask(get('/', 'Accept: text/html\r\n'));
  expect(await visitor.sees('</main>')).toContain('Something went wrong');
  await until('the app was let go', () => app.connections[0]?.state !== 'open');
  expect(rig.log[0]).toMatchObject({ status: 500 });
  visitor.send(get('/two', 'Accept: text/html\r\n'));
  await until('the next request', () => app.received.includes('GET /two'));
});

test('of_a_replaced_answer_that_is_whole_the_connection_to_the_app_is_kept', async () => {
  const { rig, app } = one(answering('HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\nno'));
  rig.service.rules = new ServiceRules('s/p', { replace: ['500'] }, [], secret);
  const visitor = await rig.ask(get('/', 'Accept: text/html\r\n'));
  await visitor.sees('</main>');
  visitor.send(get('/two', 'Accept: text/html\r\n'));
  await until('both answers', () => rig.log.length === 2);
  expect(app.connections).toHaveLength(1);
});
