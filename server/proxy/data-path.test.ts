import { afterEach, expect, test } from 'bun:test';
import cases from '../../../shared/cases/proxy.json' with { type: 'json' };
import {
  answering,
  connect,
  get,
  ok,
  type RawApp,
  type RawEnd,
  type Rig,
  type RigOptions,
  startApp,
  startRig,
  until,
} from './rig.ts';

const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** The claim of a row in the shared cases; fails where the row was renamed. */
function row(name: string): string {
  if (!cases.some((one) => one.name === name)) throw new Error(`no case is called ${name}`);
  return name;
}

function app(answer: (end: RawEnd) => void, id = 'a'): RawApp {
  const started = startApp(id, answer);
  open.push(() => started.close());
  return started;
}

function rig(options: RigOptions): Rig {
  const started = startRig(options);
  open.push(() => started.close());
  return started;
}

function one(answer: (end: RawEnd) => void, options: RigOptions = {}): { rig: Rig; app: RawApp } {
  const started = app(answer);
  return { app: started, rig: rig({ targets: [started.target], ...options }) };
}

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

test(row('body larger than the limit'), async () => {
  const { rig, app } = one(answering(ok('hi')), { limits: { body: 10 } });
  const announced = await rig.ask('POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 11\r\n\r\nhello');
  expect(await announced.closes()).toStartWith('HTTP/1.1 413 ');
  expect(app.received).toBe('');
  const growing = await rig.ask(
    'POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
  );
  await until('the first chunk at the app', () => app.received.includes('hello'));
  growing.send('6\r\nworld!\r\n0\r\n\r\n');
  expect(await growing.sees('larger')).toStartWith('HTTP/1.1 413 ');
  expect(app.received).not.toContain('world');
  await until('the reset at the app', () => app.connections[0]?.state === 'reset');
  expect(rig.service.outcomes.at(-1)?.status).toBe(413);
});

test(row('malformed chunked body'), async () => {
  const { rig, app } = one(answering(ok('hi')));
  const client = await rig.ask(
    'POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
  );
  await until('the first chunk at the app', () => app.received.includes('hello'));
  client.send('5\r\nworldXX');
  expect(await client.closes()).toStartWith('HTTP/1.1 400 ');
  expect(app.received).not.toContain('world');
  await until('the reset at the app', () => app.connections[0]?.state === 'reset');
});

test('chunked_bodies_pass_byte_for_byte_both_ways_with_extensions_and_trailers', async () => {
  const body = '5;x="y"\r\nhello\r\n003\r\nEND\r\n0\r\nX-Sum: 1\r\n\r\n';
  const answer = `HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;
  const { rig, app } = one((end) => end.text.endsWith('X-Sum: 1\r\n\r\n') && end.send(answer));
  const client = await rig.ask(
    'POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n',
  );
  for (const byte of body) client.send(byte);
  expect(await client.sees('X-Sum: 1')).toBe(answer);
  expect(app.received).toEndWith(`\r\n\r\n${body}`);
});

test('http_1_0_clients_get_no_chunks_and_no_interim_answers', async () => {
  const { rig } = one((end) =>
    end.send(
      `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3\r\nend\r\n0\r\n\r\n`,
    ),
  );
  const client = await rig.ask('GET / HTTP/1.0\r\nHost: app.test\r\nConnection: keep-alive\r\n\r\n');
  expect(await client.closes()).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhelloend');
});

test('http_1_0_clients_that_ask_keep_their_connection', async () => {
  const { rig } = one(answering(ok('hi')));
  const client = await rig.ask('GET / HTTP/1.0\r\nHost: app.test\r\nConnection: keep-alive\r\n\r\n');
  expect(await client.sees('hi')).toContain('\r\nConnection: keep-alive\r\n');
  client.send('GET / HTTP/1.0\r\nHost: app.test\r\n\r\n');
  expect((await client.closes()).match(/200 OK/g)).toHaveLength(2);
});

test('an_answer_that_ends_with_the_connection_ends_the_clients_too', async () => {
  const { rig } = one((end) => {
    end.send('HTTP/1.0 200 Fine\r\n\r\nall of it');
    end.end();
  });
  const client = await rig.ask(get());
  expect(await client.closes()).toBe('HTTP/1.1 200 Fine\r\nConnection: close\r\n\r\nall of it');
  expect(client.state).toBe('ended');
});

test('interim_answers_are_relayed_and_the_body_follows_the_100', async () => {
  const { rig } = one((end) => {
    if (end.text.endsWith('\r\n\r\n')) end.send('HTTP/1.1 100 Continue\r\n\r\n');
    if (end.text.endsWith('END')) end.send(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok('done')}`);
  });
  const client = await rig.ask(
    'PUT / HTTP/1.1\r\nHost: app.test\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n',
  );
  await client.sees('HTTP/1.1 100 Continue\r\n\r\n');
  client.send('END');
  expect(await client.sees('done')).toBe(
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok('done')}`,
  );
});

test(row('server-sent events'), async () => {
  let events: RawEnd | null = null;
  const { rig } = one((end) => {
    events = end;
    end.send('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n');
  });
  for (const fields of ['', 'Accept-Encoding: gzip, br\r\n']) {
    events = null;
    const client = await rig.ask(get('/', fields));
    await client.sees('event-stream');
    for (const name of ['one', 'two', 'six']) {
      (events as RawEnd | null)?.send(`b\r\ndata: ${name}\n\n\r\n`);
      await client.sees(`data: ${name}`);
    }
    client.reset();
  }
});

test(row('client goes away'), async () => {
  const { rig, app } = one(() => undefined);
  for (const leave of ['end', 'reset'] as const) {
    const client = await rig.ask(get('/slow'));
    const count = leave === 'end' ? 1 : 2;
    await until('the request at the app', () => app.connections[count - 1]?.text.includes('/slow') === true);
    client[leave]();
    await until('the reset at the app', () => app.connections[count - 1]?.state === 'reset');
  }
  expect(rig.log.map(({ status }) => status)).toEqual([499, 499]);
  expect(rig.service.outcomes.map(({ status }) => status)).toEqual([499, 499]);
  expect(rig.service.open).toBe(0);
});

test(`${row('upstream refuses / dies before the headers / dies in the body / is silent')}: refuses`, async () => {
  const gone = startApp('gone', () => undefined);
  gone.close();
  const alone = rig({ targets: [gone.target] });
  expect(await (await alone.ask(get())).sees('502 Bad')).toStartWith('HTTP/1.1 502 ');
  expect(alone.service.failed).toEqual(['gone']);
  const other = app(answering(ok('from the other')), 'other');
  const both = rig({ targets: [gone.target, other.target] });
  const post = await both.ask('POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 3\r\n\r\nEND');
  expect(await post.sees('other')).toStartWith('HTTP/1.1 200 ');
  expect([both.service.failed, both.service.answered]).toEqual([['gone'], ['other']]);
});

test(`${row('upstream refuses / dies before the headers / dies in the body / is silent')}: dies before the headers`, async () => {
  const dying = app((end) => end.reset(), 'dying');
  const half = app((end) => {
    end.send('HTTP/1.1 200 OK\r\nContent-Le');
    end.end();
  }, 'half');
  const fine = app(answering(ok('fine')), 'fine');
  const start = (...apps: RawApp[]) => rig({ targets: apps.map(({ target }) => target) });
  expect(await (await start(dying, fine).ask(get())).sees('fine')).toStartWith('HTTP/1.1 200 ');
  expect(await (await start(half, fine).ask(get())).sees('fine')).toStartWith('HTTP/1.1 200 ');
  const put = 'PUT / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 3\r\n\r\nEND';
  expect(await (await start(dying, fine).ask(put)).sees('fine')).toStartWith('HTTP/1.1 200 ');
  // Not sent twice: what changes something, and what died twice.
  const before = fine.connections.length;
  expect(await (await start(dying, fine).ask(put.replace('PUT', 'POST'))).sees('502')).toStartWith(
    'HTTP/1.1 502 ',
  );
  expect(await (await start(dying, half, fine).ask(get())).sees('502')).toStartWith('HTTP/1.1 502 ');
  expect(fine.connections).toHaveLength(before);
});

test(`${row('upstream refuses / dies before the headers / dies in the body / is silent')}: dies in the body`, async () => {
  for (const how of ['end', 'reset'] as const) {
    for (const head of [
      'Content-Length: 100\r\n\r\nshort',
      'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
    ]) {
      const { rig } = one((end) => {
        end.send(`HTTP/1.1 200 OK\r\n${head}`);
        end[how]();
      });
      const client = await rig.ask(get());
      const text = await client.closes();
      expect(client.state).toBe('reset');
      expect(text).not.toContain('\r\n0\r\n\r\n');
      expect(rig.service.open).toBe(0);
    }
  }
});

test(`${row('upstream refuses / dies before the headers / dies in the body / is silent')}: is silent`, async () => {
  const { rig, app } = one(() => undefined, { limits: { responseMs: 60 } });
  const client = await rig.ask(get());
  expect(await client.sees('HTTP/1.1 504 ')).not.toContain('Connection: close');
  expect(rig.service.failed).toEqual(['a']);
  expect(app.received.match(/GET/g)).toHaveLength(1);
});

test('what_is_not_http_from_an_app_is_a_502', async () => {
  for (const text of [
    'SSH-2.0-x\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\n\r\n',
  ]) {
    const { rig } = one((end) => end.send(text));
    expect(await (await rig.ask(get())).sees('502')).toStartWith('HTTP/1.1 502 ');
  }
});

test('a_kept_connection_closed_just_as_it_is_used_loses_no_request', async () => {
  let closing = false;
  const { rig, app } = one((end) => {
    // The second request on a connection meets its end.
    if ((end.text.match(/GET/g)?.length ?? 0) > 1 && closing) end.reset();
    else end.send(ok('hi'));
  });
  const client = await rig.ask(get('/1'));
  await client.sees('hi');
  closing = true;
  client.text = '';
  client.send(get('/2'));
  expect(await client.sees('hi')).toStartWith('HTTP/1.1 200 ');
  expect(app.connections).toHaveLength(2);
  expect(rig.service.failed).toEqual([]);
});

test('connections_to_an_app_are_kept_and_forgotten_with_it', async () => {
  const { rig, app } = one(answering(ok('hi')), { limits: { upstreamIdleMs: 100 } });
  for (let count = 0; count < 3; count++) await (await rig.ask(get())).sees('hi');
  expect(app.connections).toHaveLength(1);
  rig.path.forgetTarget('a');
  await until('the end of the kept connection', () => app.connections[0]?.state === 'ended');
  await (await rig.ask(get())).sees('hi');
  await until('the end of the idle connection', () => app.connections[1]?.state === 'ended');
});

test('bytes_an_app_sends_out_of_turn_never_reach_the_next_request', async () => {
  const { rig, app } = one((end) => end.send(`${ok('hi')}${ok('forged')}`));
  const client = await rig.ask(get());
  await client.sees('hi');
  client.send(get());
  await client.sees((text) => text.split('200 OK').length === 3);
  expect(client.text).not.toContain('forged');
  expect(app.connections).toHaveLength(2);
});

test('pipelined_requests_are_answered_in_order_and_sent_one_at_a_time', async () => {
  let busy = 0;
  let most = 0;
  const { rig } = one((end) => {
    most = Math.max(most, ++busy);
    setTimeout(() => {
      busy--;
      end.send(ok(/GET (\S+) HTTP/.exec(end.text.slice(end.text.lastIndexOf('GET ')))?.[1] ?? '?'));
    }, 3);
  });
  const paths = Array.from({ length: 20 }, (_, index) => `/${index}`);
  const client = await rig.ask(paths.map((path) => get(path)).join(''));
  const text = await client.sees((seen) => seen.split('200 OK').length === 21);
  expect([...text.matchAll(/\r\n\r\n(\/\d+)/g)].map(([, path]) => path)).toEqual(paths);
  expect(most).toBe(1);
});

test('an_answer_before_the_end_of_the_body_is_relayed_and_the_connection_closed', async () => {
  const { rig } = one((end) => end.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'));
  const client = await rig.ask('POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 1000000\r\n\r\nstart');
  client.send('x'.repeat(10_000));
  expect(await client.closes()).toBe(
    'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno',
  );
  expect(client.state).toBe('ended');
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

test(row('health path while paused or stopped'), async () => {
  const { rig, app } = one(answering(ok('hi')), { route: { pathPrefix: '/api', stripPrefix: true } });
  const never = new Promise<'go'>(() => undefined);
  rig.service.admission = () => ({ kind: 'wait', until: never, leave: () => undefined });
  for (const path of ['/up', '/api/up', '/api/up?x']) {
    expect(await (await rig.ask(get(path))).sees('ok')).toStartWith('HTTP/1.1 200 ');
  }
  rig.service.admission = () => ({ kind: 'stopped' });
  expect(await (await rig.ask(get('/api/up'))).sees('ok')).toStartWith('HTTP/1.1 200 ');
  expect(await (await rig.ask(get('/api/x'))).sees('503')).toStartWith('HTTP/1.1 503 ');
  expect(app.received).toBe('');
});

test(row('pause'), async () => {
  const { rig, app } = one(answering(ok('hi')));
  const { promise, resolve } = Promise.withResolvers<'go'>();
  rig.service.admission = () => ({ kind: 'wait', until: promise, leave: () => undefined });
  const held = await rig.ask(get('/a'));
  const upload = await rig.ask('POST /b HTTP/1.1\r\nHost: app.test\r\nContent-Length: 8\r\n\r\nhello');
  upload.send('END');
  await until('both held', () => rig.service.asked === 2);
  rig.service.admission = () => ({
    kind: 'wait',
    until: Promise.resolve('timed-out'),
    leave: () => undefined,
  });
  expect(await (await rig.ask(get())).sees('504')).toStartWith('HTTP/1.1 504 ');
  expect(app.received).toBe('');
  rig.service.admission = null;
  resolve('go');
  expect(await held.sees('hi')).toStartWith('HTTP/1.1 200 ');
  expect(await upload.sees('hi')).toStartWith('HTTP/1.1 200 ');
  expect(app.received).toContain('\r\n\r\nhelloEND');
});

test('a_visitor_who_leaves_while_held_gives_the_place_back', async () => {
  const { rig } = one(answering(ok('hi')));
  let left = 0;
  rig.service.admission = () => ({
    kind: 'wait',
    until: new Promise(() => undefined),
    leave: () => void left++,
  });
  const client = await rig.ask(get());
  await until('the request', () => rig.path.connections === 1);
  client.end();
  await until('the place in the queue', () => left === 1);
  expect(rig.log.map(({ status }) => status)).toEqual([499]);
});

test(row('drain, cancelled'), async () => {
  const { rig, app } = one(() => undefined);
  const clients = await Promise.all(Array.from({ length: 20 }, () => rig.ask(get())));
  await until('all at the app', () => app.connections.filter(({ text }) => text !== '').length === 20);
  for (const cut of rig.service.cut) cut();
  for (const client of clients) expect(await client.sees('504')).toStartWith('HTTP/1.1 504 ');
  await until('the resets at the app', () => app.connections.every(({ state }) => state === 'reset'));
  for (const end of app.connections) end.send(ok('late'));
  expect(rig.service.open).toBe(0);
});

test('a_stop_lets_requests_finish_refuses_new_ones_and_ends_idle_connections', async () => {
  let waiting: RawEnd | null = null;
  const { rig } = one((end) => {
    if (end.text.includes('/slow')) waiting = end;
    else end.send(ok('hi'));
  });
  const idle = await rig.ask(get());
  await idle.sees('hi');
  const slow = await rig.ask(get('/slow'));
  await until('the slow request', () => waiting !== null);
  const stopped = rig.path.stop(2_000);
  await expect(connect(rig.port)).rejects.toThrow();
  (waiting as RawEnd | null)?.send(ok('finished'));
  expect(await slow.closes()).toContain('\r\nConnection: close\r\n\r\nfinished');
  await idle.closes();
  await stopped;
  expect(rig.path.connections).toBe(0);
});

test('a_stop_cuts_what_outlasts_its_grace', async () => {
  const { rig, app } = one(() => undefined);
  const client = await rig.ask(get());
  await until('the request', () => app.received !== '');
  await rig.path.stop(50);
  await client.closes();
  expect([rig.service.open, rig.path.connections]).toEqual([0, 0]);
});

test('slow_heads_idle_connections_and_stalled_bodies_are_ended', async () => {
  const { rig, app } = one(() => undefined, { limits: { headMs: 60, idleMs: 60, bodyIdleMs: 60 } });
  expect(await (await rig.ask('GET / HTTP/1.1\r\nHo')).closes()).toStartWith('HTTP/1.1 408 ');
  expect(await (await connect(rig.port)).closes()).toBe('');
  const stalled = await rig.ask('POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 9\r\n\r\nhe');
  expect(await stalled.closes()).toStartWith('HTTP/1.1 408 ');
  expect(rig.service.failed).toEqual([]);
  await until('the reset at the app', () => app.connections.at(-1)?.state === 'reset');
});

test('connections_beyond_the_bound_are_turned_away', async () => {
  const { rig } = one(answering(ok('hi')), { limits: { connections: 2 } });
  const kept = [await rig.ask(get()), await rig.ask(get())];
  for (const client of kept) await client.sees('hi');
  expect(await (await connect(rig.port)).closes()).toStartWith('HTTP/1.1 503 ');
  kept[0]?.end();
  await until('room', () => rig.path.connections === 1);
  expect(await (await rig.ask(get())).sees('hi')).toStartWith('HTTP/1.1 200 ');
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

test('a_client_that_does_not_read_pauses_the_app_and_gets_every_byte_later', async () => {
  const size = 60_000_000;
  const { rig, app } = one((end) => {
    end.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    end.send(Buffer.alloc(size, 'x'));
  });
  const client = await rig.ask(get());
  await client.sees('xxx');
  client.socket?.pause();
  let taken = -1;
  await until('the app to be held back', () => {
    const before = taken;
    taken = app.connections[0]?.sent ?? 0;
    return taken > 0 && taken === before;
  });
  // What kernels buffer on both sides, and no more.
  expect(taken).toBeLessThan(size / 2);
  client.socket?.resume();
  await client.has(client.text.indexOf('\r\n\r\n') + 4 + size);
  expect(rig.log[0]?.status).toBe(200);
});

test('an_app_that_does_not_read_pauses_the_client_and_gets_every_byte_later', async () => {
  const size = 60_000_000;
  const { rig, app } = one((end) => {
    if (end.bytes < 1_000_000) end.socket?.pause();
    if (end.bytes === end.text.indexOf('\r\n\r\n') + 4 + size) end.send(ok('done'));
  });
  const client = await rig.ask(`POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: ${size}\r\n\r\n`);
  client.send(Buffer.alloc(size, 'x'));
  let taken = -1;
  await until('the client to be held back', () => {
    const before = taken;
    taken = client.sent;
    return app.connections.length === 1 && taken === before;
  });
  expect(taken).toBeLessThan(size / 2);
  const resume = setInterval(() => app.connections[0]?.socket?.resume(), 1);
  await client.sees('done');
  clearInterval(resume);
  expect(rig.log[0]?.bytesIn).toBe(size);
});
