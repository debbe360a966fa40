/** Requests to the server's own endpoints: how bodies come in, how answers go out, and what never happens. */

import { afterEach, expect, test } from 'bun:test';
import type { Endpoint, EndpointAnswer, EndpointRequest } from '../../kernel/endpoint.ts';
import { answering, get, ok, startApps, until } from '../rig.ts';

const { one, close } = startApps();
afterEach(close);

interface Asked {
  request: EndpointRequest;
  text: string;
}

/** A rig whose app must never be asked, with one endpoint called `echo`. */
function withEndpoint(
  answer: (request: EndpointRequest) => Promise<EndpointAnswer> | EndpointAnswer,
  options: { maxBody?: number; heldBodies?: number } = {},
) {
  const asked: Asked[] = [];
  const endpoint: Endpoint = {
    name: 'echo',
    maxBody: options.maxBody ?? 100,
    answer: (request) => {
      asked.push({ request, text: Buffer.from(request.body).toString('latin1') });
      return answer(request);
    },
  };
  const { rig, app } = one(answering(ok('the app')), {
    endpoints: [endpoint],
    endpointHosts: new Map([['status.test', 'echo']]),
    limits: { heldBodies: options.heldBodies ?? 1000 },
  });
  return { rig, app, asked };
}

const post = (fields: string, body = '', path = '/.windlass/echo') =>
  `POST ${path} HTTP/1.1\r\nHost: app.test\r\n${fields}\r\n${body}`;

test('an_endpoint_is_told_path_host_client_site_headers_and_body', async () => {
  const { rig, app, asked } = withEndpoint(() => ({ status: 200, body: 'fine' }));
  const client = await rig.ask(
    post('X-Two: a\r\nX-Two: b\r\nContent-Length: 5\r\n', 'hello', '/.windlass/echo/api/7?key=1'),
  );
  expect(await client.sees('fine')).toMatch(
    /^HTTP\/1\.1 200 OK\r\nDate: [^\r]+ GMT\r\nContent-Length: 4\r\n\r\nfine$/,
  );
  const [{ request, text }] = asked as [Asked];
  const { method, path, host, client: who, scheme, site } = request;
  expect({ method, path, host, who, scheme, site, text }).toEqual({
    method: 'POST',
    path: '/api/7?key=1',
    host: 'app.test',
    who: '127.0.0.1',
    scheme: 'http',
    site: { app: 'shop', environment: 'production', release: 7 },
    text: 'hello',
  });
  expect(request.headers.get('x-two')).toBe('a, b');
  expect(app.received).toBe('');
  expect(rig.log).toMatchObject([
    { service: 'shop/production', release: 7, path: '/.windlass/echo/api/7?key=1', status: 200, bytesIn: 5 },
  ]);
  expect(rig.service.asked).toBe(0);
});

test('a_kept_connection_carries_many_requests_and_pipelined_ones_in_order', async () => {
  const { rig } = withEndpoint(async ({ body }) => ({ status: 200, body }));
  const client = await rig.ask(
    post('Content-Length: 3\r\n', 'one') +
      post('Transfer-Encoding: chunked\r\n', '2\r\ntw\r\n1;x\r\no\r\n0\r\nT: 1\r\n\r\n') +
      get('/'),
  );
  const text = await client.sees('the app');
  expect(text).toMatch(/one[\s\S]*two[\s\S]*the app$/);
  expect(client.state).toBe('open');
});

test('a_body_beyond_the_bound_gets_413_before_and_while_it_is_read', async () => {
  const { rig, asked } = withEndpoint(() => ({ status: 200 }), { maxBody: 10 });
  const announced = await rig.ask(post('Content-Length: 11\r\nExpect: 100-continue\r\n'));
  expect(await announced.closes()).toStartWith('HTTP/1.1 413 ');
  const growing = await rig.ask(post('Transfer-Encoding: chunked\r\n', '5\r\nhello\r\n'));
  growing.send('6\r\nworld!\r\n');
  expect(await growing.closes()).toStartWith('HTTP/1.1 413 ');
  const exact = await rig.ask(post('Content-Length: 10\r\n', '0123456789'));
  await exact.sees('200 OK');
  expect(asked.map(({ text }) => text)).toEqual(['0123456789']);
});

test('bodies_under_way_together_are_bounded_and_room_comes_back', async () => {
  const { rig, asked } = withEndpoint(() => ({ status: 204 }), { heldBodies: 100 });
  const first = await rig.ask(post('Content-Length: 90\r\n', 'a'.repeat(80)));
  const refused = await rig.ask(post('Content-Length: 30\r\n', 'b'.repeat(30)));
  expect(await refused.sees('Retry')).toMatch(/^HTTP\/1\.1 503 [\s\S]*\r\nRetry-After: \d+\r\n/);
  first.send('a'.repeat(10));
  expect(await first.sees('204')).not.toContain('Content-Length');
  const second = await rig.ask(post('Content-Length: 30\r\n', 'b'.repeat(30)));
  await second.sees('204');
  expect(asked).toHaveLength(2);
  // Room is given back by a client that goes away, too.
  const left = await rig.ask(post('Content-Length: 95\r\n', 'c'.repeat(90)));
  await until('the body is held', () => left.sent > 90);
  left.reset();
  await until('the request is recorded', () => rig.log.some(({ status }) => status === 499));
  const third = await rig.ask(post('Content-Length: 90\r\n', 'd'.repeat(90)));
  await third.sees('204');
});

test('a_client_that_waits_for_100_continue_is_told_to_go_on', async () => {
  const { rig } = withEndpoint(({ body }) => ({ status: 200, body }));
  const client = await rig.ask(post('Content-Length: 2\r\nExpect: 100-continue\r\n'));
  expect(await client.sees('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  client.send('ok');
  expect(await client.sees('200 OK')).toEndWith('\r\n\r\nok');
});

test('head_gets_the_length_and_no_body', async () => {
  const { rig } = withEndpoint(() => ({ status: 200, body: 'four' }));
  const client = await rig.ask(`HEAD /.windlass/echo HTTP/1.1\r\nHost: app.test\r\n\r\n${get()}`);
  expect(await client.sees('the app')).toMatch(/Content-Length: 4\r\n\r\nHTTP\/1\.1 200 OK/);
});

test('an_endpoint_with_a_name_of_two_segments_answers_before_the_one_with_the_first_of_them', async () => {
  const endpoint = (name: string): Endpoint => ({
    name,
    maxBody: 0,
    answer: ({ path }) => ({ status: 200, body: `${name} ${path};` }),
  });
  const { rig } = one(answering(ok('the app')), {
    endpoints: [endpoint('api'), endpoint('api/event'), endpoint('api/x/y')],
  });
  for (const [path, body] of [
    ['/api/event', 'api/event /'],
    ['/api/event?a=b', 'api/event /?a=b'],
    ['/api/event/more', 'api/event /more'],
    ['/api/events', 'api /events'],
    ['/api/7/envelope/', 'api /7/envelope/'],
    ['/api', 'api /'],
    ['/api/', 'api /'],
    ['/api/x/y', 'api /x/y'],
  ]) {
    const client = await rig.ask(`GET /.windlass${path} HTTP/1.1\r\nHost: app.test\r\n\r\n`);
    expect(await client.sees(';')).toEndWith(`${body};`);
  }
});

test('an_endpoint_that_throws_or_answers_nonsense_is_500_and_logged_and_the_next_request_works', async () => {
  const answers: (() => Promise<EndpointAnswer> | EndpointAnswer)[] = [
    () => {
      throw new Error('boom');
    },
    () => Promise.reject(new Error('later')),
    () => ({ status: 99 }),
    () => ({ status: 200, headers: { 'X-Bad': 'a\r\nSet-Cookie: b' } }),
  ];
  const { rig } = withEndpoint(() => (answers.shift() ?? (() => ({ status: 200, body: 'fine' })))());
  const client = await rig.ask(get('/.windlass/echo').repeat(5));
  const text = await client.sees('fine');
  expect(text.match(/HTTP\/1\.1 500 /g)).toHaveLength(4);
  expect(text).not.toContain('boom');
  expect(text).not.toContain('Set-Cookie');
  expect(rig.errors).toEqual(Array(4).fill('an endpoint failed'));
});

test('unknown_names_are_404_on_every_host_and_never_reach_an_app', async () => {
  const { rig, app } = withEndpoint(() => ({ status: 200 }));
  for (const path of ['/.windlass', '/.windlass/', '/.windlass/other', '/.windlass?echo', '/.windlass/echo2'])
    expect(await (await rig.ask(get(path))).sees('404')).toStartWith('HTTP/1.1 404 ');
  expect(app.received).toBe('');
  await (await rig.ask(get('/.windlassed'))).sees('the app');
});

test('a_host_of_its_own_gives_an_endpoint_the_whole_path_and_no_site', async () => {
  const { rig, asked } = withEndpoint(() => ({ status: 200, body: 'up' }));
  const client = await rig.ask('GET /a/b?c HTTP/1.1\r\nHost: status.test\r\n\r\n');
  await client.sees('up');
  expect(asked[0]?.request).toMatchObject({ path: '/a/b?c', host: 'status.test', site: null });
});

test('a_stream_is_sent_as_it_comes_and_ended_by_its_last_chunk', async () => {
  const feed = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>();
  const body = new ReadableStream<Uint8Array>({ start: (controller) => feed.resolve(controller) });
  const { rig } = withEndpoint(() => ({
    status: 200,
    headers: { 'Content-Type': 'text/event-stream' },
    body,
  }));
  const client = await rig.ask(get('/.windlass/echo'));
  const controller = await feed.promise;
  controller.enqueue(Buffer.from('data: 1\n\n'));
  await client.sees('\r\n\r\n9\r\ndata: 1\n\n\r\n');
  controller.enqueue(new Uint8Array(0));
  controller.enqueue(Buffer.from('data: 2\n\n'));
  await client.sees('data: 2\n\n\r\n');
  controller.close();
  await client.sees('0\r\n\r\n');
  client.send(get('/'));
  await client.sees('the app');
});

test('a_stream_stops_while_its_client_does_not_read_and_is_cancelled_when_it_goes', async () => {
  let pulled = 0;
  let cancelled = false;
  const { rig, asked } = withEndpoint(() => ({
    status: 200,
    body: new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
      cancel() {
        cancelled = true;
      },
    }),
  }));
  const client = await rig.ask(get('/.windlass/echo'));
  await client.has(1000);
  const { signal } = asked[0]?.request ?? {};
  client.socket?.pause();
  let before = -1;
  await until('the stream stands still', () => {
    const still = pulled === before;
    before = pulled;
    return still && pulled > 0;
  });
  expect(pulled).toBeLessThan(32 * 1024 * 1024);
  expect(signal?.aborted).toBe(false);
  client.reset();
  await until('the stream is cancelled', () => cancelled);
  expect(signal?.aborted).toBe(true);
  expect(rig.errors).toEqual([]);
});

test('a_stream_that_fails_cuts_the_connection_so_nobody_takes_it_for_whole', async () => {
  const { rig } = withEndpoint(() => ({
    status: 200,
    body: new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from('half')),
      pull: () => Promise.reject(new Error('broke')),
    }),
  }));
  const client = await rig.ask(get('/.windlass/echo'));
  expect(await client.closes()).not.toContain('0\r\n\r\n');
  expect(rig.errors).toEqual(['the answer of an endpoint broke off']);
});

test('http_1_0_gets_a_stream_without_chunks_that_ends_with_the_connection', async () => {
  const { rig } = withEndpoint(() => ({ status: 200, body: new Blob(['whole']).stream() }));
  const client = await rig.ask(
    'GET /.windlass/echo HTTP/1.0\r\nHost: app.test\r\nConnection: keep-alive\r\n\r\n',
  );
  expect(await client.closes()).toEndWith('Connection: close\r\n\r\nwhole');
});
