/** The way of bodies and answers, in every framing, at the pace of who reads them. */

import { afterEach, expect, test } from 'bun:test';
import { row } from './case-row.ts';
import { answering, get, ok, type RawEnd, startApps, until } from './rig.ts';

const { one, close } = startApps();
afterEach(close);

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
