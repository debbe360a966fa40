/** What an app and a client see of each other through the data path. */

import { afterEach, expect, test } from 'bun:test';
import { row } from './case-row.ts';
import { answering, get, ok, startApps } from './rig.ts';

const { one, close } = startApps();
afterEach(close);

test(row("query '?p=a;b' and '%2F' in the path"), async () => {
  const { rig, app } = one(answering(ok('hi')));
  await (await rig.ask(get('/a%2Fb//c/../d?p=a;b&q=%zz|{}'))).sees('hi');
  expect(app.received).toStartWith('GET /a%2Fb//c/../d?p=a;b&q=%zz|{} HTTP/1.1\r\n');
});

test(row('forwarded headers'), async () => {
  const { rig, app } = one(answering(ok('hi')));
  const forged =
    'X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nForwarded: for=6.6.6.6\r\n';
  await (await rig.ask(`GET / HTTP/1.1\r\nHost: app.test:8080\r\n${forged}\r\n`)).sees('hi');
  expect(app.received).toContain(
    'X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: app.test:8080\r\n' +
      'Forwarded: for=127.0.0.1;host="app.test:8080";proto=http\r\n',
  );
  expect(app.received).toContain('\r\nHost: app.test:8080\r\n');
  expect(app.received).not.toMatch(/6\.6\.6\.6|evil|https/);
  expect(app.received).toMatch(/\r\nX-Request-Id: [\w-]{10,}\r\n/);
});

test(row('duplicate headers and Set-Cookie'), async () => {
  const answer = 'Set-Cookie: b=1\r\nX-A: 1\r\nset-cookie: a=2; Path=/\r\nX-A: \xe9\r\nSet-Cookie: b=3\r\n';
  const { rig, app } = one(answering(ok('hi', answer)));
  const client = await rig.ask(
    get('/', 'Cookie: x=1\r\nX-B: 2\r\nCookie: y=2\r\nX-B: \xe9\xff\r\nX-Request-Id: mine\r\n'),
  );
  expect(await client.sees('hi')).toBe(`HTTP/1.1 200 OK\r\n${answer}Content-Length: 2\r\n\r\nhi`);
  expect(app.received).toContain(
    'Cookie: x=1\r\nX-B: 2\r\nCookie: y=2\r\nX-B: \xe9\xff\r\nX-Request-Id: mine\r\n',
  );
});

test(row('hop-by-hop headers, and those named by Connection'), async () => {
  const answer =
    'Connection: keep-alive, X-Hop\r\nKeep-Alive: timeout=5\r\nX-Hop: 1\r\nProxy-Authenticate: x\r\nX-Kept: 1\r\n';
  const { rig, app } = one(answering(ok('hi', answer)));
  const sent =
    'Connection: keep-alive, x-mine\r\nX-Mine: 1\r\nTE: trailers, gzip\r\nProxy-Authorization: x\r\nUpgrade: h2c\r\nX-Also: 1\r\n';
  const client = await rig.ask(get('/', sent));
  expect(await client.sees('hi')).toBe('HTTP/1.1 200 OK\r\nX-Kept: 1\r\nContent-Length: 2\r\n\r\nhi');
  expect(app.received).not.toMatch(/x-mine|proxy-auth|upgrade|keep-alive|gzip/i);
  expect(app.received).toMatch(/X-Also: 1\r\nTE: trailers\r\nConnection: TE\r\n/);
});

test(row('HEAD, 204, 304'), async () => {
  const { rig } = one((end) => {
    const last = end.text.trimEnd().split('\r\n\r\n').at(-1) ?? '';
    if (last.startsWith('HEAD')) end.send('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
    else if (last.includes('/204')) end.send('HTTP/1.1 204 No Content\r\n\r\n');
    else if (last.includes('/304'))
      end.send('HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 5\r\n\r\n');
    else end.send(ok('end'));
  });
  const client = await rig.ask(
    `HEAD / HTTP/1.1\r\nHost: app.test\r\n\r\n${get('/204')}${get('/304')}${get('/200')}`,
  );
  expect(await client.sees('end')).toBe(
    'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n' +
      `HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 5\r\n\r\n${ok('end')}`,
  );
  expect(rig.log.map(({ status }) => status)).toEqual([200, 204, 304, 200]);
});

test(row('unknown host'), async () => {
  const { rig, app } = one(answering(ok('hi')));
  for (const host of ['other.test', '127.0.0.1', '']) {
    const text = await (await rig.ask(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).sees('404 Not Found\n');
    expect(text).toStartWith('HTTP/1.1 404 ');
    expect(text).not.toMatch(/windlass|app\.test|shop/i);
  }
  expect(await (await rig.ask('OPTIONS * HTTP/1.1\r\nHost: app.test\r\n\r\n')).sees('404')).toStartWith(
    'HTTP/1.1 404 ',
  );
  const page = await (await rig.ask('GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n')).sees(
    '</main>',
  );
  expect(page).toContain('Content-Type: text/html');
  expect(app.received).toBe('');
});

test('paths_of_the_server_itself_never_reach_an_app', async () => {
  const { rig, app } = one(answering(ok('hi')));
  for (const path of ['/.windlass/script.js', '/.windlass', '/.windlass?x']) {
    expect(await (await rig.ask(get(path))).sees('404')).toStartWith('HTTP/1.1 404 ');
  }
  expect(app.received).toBe('');
  expect(await (await rig.ask(get('/.windlassoo'))).sees('hi')).toStartWith('HTTP/1.1 200 ');
});

test(row('path prefixes'), async () => {
  const cookies = 'Set-Cookie: a=1; Path=/; Secure\r\nSet-Cookie: b=2; path=/x\r\nSet-Cookie: c=3\r\n';
  const { rig: stripped, app } = one(answering(ok('hi', cookies)), {
    route: { pathPrefix: '/api', stripPrefix: true },
  });
  for (const path of ['/api', '/api?x', '/api/', '/api//a%2F/b?c'])
    await (await stripped.ask(get(path))).sees('hi');
  expect([...app.received.matchAll(/GET (\S+)/g)].map(([, path]) => path)).toEqual([
    '/',
    '/?x',
    '/',
    '//a%2F/b?c',
  ]);
  const text = await (await stripped.ask(get('/api'))).sees('hi');
  expect(text).toContain(
    'Set-Cookie: a=1; Path=/api/; Secure\r\nSet-Cookie: b=2; path=/api/x\r\nSet-Cookie: c=3\r\n',
  );
  const { rig: kept, app: second } = one(answering(ok('hi', cookies)), { route: { pathPrefix: '/api' } });
  expect(await (await kept.ask(get('/api/x'))).sees('hi')).toContain(cookies);
  expect(second.received).toStartWith('GET /api/x HTTP');
});

test('a_probe_with_the_token_is_told_the_release_and_the_token_never_reaches_the_app', async () => {
  const { rig, app } = one(answering(ok('hi', 'Windlass-Release: 99\r\n')));
  const told = await (await rig.ask(get('/', 'Windlass-Probe: the-token\r\n'))).sees('hi');
  expect(told.match(/Windlass-Release: \d+/g)).toEqual(['Windlass-Release: 7']);
  const guessed = await (await rig.ask(get('/', 'Windlass-Probe: guess\r\n'))).sees('hi');
  expect(guessed).not.toContain('Windlass-Release: 7');
  expect(app.received).not.toMatch(/windlass/i);
});

test('every_request_leaves_one_line_in_the_access_log', async () => {
  const { rig } = one(answering(ok('hello')));
  await (await rig.ask(get('/a?b', 'User-Agent: tester\r\nReferer: http://x/\r\n'))).sees('hello');
  expect(rig.log[0]).toMatchObject({
    service: 'shop/production',
    release: 7,
    target: 'a',
    client: '127.0.0.1',
    method: 'GET',
    host: 'app.test',
    path: '/a?b',
    status: 200,
    bytesIn: 0,
    bytesOut: ok('hello').length,
    userAgent: 'tester',
    referrer: 'http://x/',
  });
  expect(rig.log[0]?.upstreamMs).toBeNumber();
  await (await rig.ask('rubbish\r\n\r\n')).closes();
  expect(rig.log[1]).toMatchObject({
    service: null,
    release: null,
    target: null,
    status: 400,
    upstreamMs: null,
  });
  expect(rig.log).toHaveLength(2);
});
