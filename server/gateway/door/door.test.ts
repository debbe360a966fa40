import { afterEach, expect, test } from 'bun:test';
import type { Answer, Sink, Source } from './answer.ts';
import type { Ask } from './ask.ts';
import { type Door, openDoor } from './open-door.ts';

const doors: Door[] = [];
afterEach(async () => {
  for (const door of doors.splice(0)) await door.close(0);
});

function open(handle: (ask: Ask) => Answer | Promise<Answer>): Door {
  const door = openDoor({ hostname: '127.0.0.1', port: 0, handle, now: () => performance.now() });
  doors.push(door);
  return door;
}

const echo = (ask: Ask): Answer => ({
  kind: 'whole',
  status: 200,
  headers: { 'x-path': ask.head.path },
  body: `${ask.head.method} ${ask.head.query} ${ask.body.toString('utf8')}`,
});

/** Sends the pieces one after another, and resolves with all that came once `enough` says so or the door closed it. */
async function talk(door: Door, pieces: string[], enough: (text: string) => boolean): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let text = '';
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port: door.port,
    socket: {
      data(_socket, bytes) {
        text += bytes.toString('latin1');
        if (enough(text)) resolve();
      },
      close: () => resolve(),
    },
  });
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((then) => setImmediate(then));
  }
  await promise;
  socket.terminate();
  return text;
}

const count = (text: string, word: string) => text.split(word).length - 1;
const never = () => false;

test('requests_cut_anywhere_and_sent_at_once_are_answered_in_order', async () => {
  const door = open(echo);
  const one = 'POST /a?q=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello';
  const two =
    'POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nwor\r\n2;x=y\r\nld\r\n0\r\nT: 1\r\n\r\n';
  const both = (text: string) => text.includes('POST q=1 hello') && text.endsWith('POST  world');
  for (const size of [1, 7, 1000]) {
    const wire = one + two;
    const pieces = Array.from({ length: Math.ceil(wire.length / size) }, (_, at) =>
      wire.slice(at * size, (at + 1) * size),
    );
    const text = await talk(door, pieces, both);
    expect(both(text)).toBe(true);
    expect(text.indexOf('x-path: /a')).toBeLessThan(text.indexOf('x-path: /b'));
  }
});

test('what_could_be_read_in_two_ways_is_refused_and_asks_nothing', async () => {
  let asked = 0;
  const door = open((ask) => {
    asked++;
    return echo(ask);
  });
  const framings = [
    'Content-Length: 5\r\nTransfer-Encoding: chunked',
    'Content-Length: 5\r\nContent-Length: 6',
    'Content-Length: +5',
    'Content-Length : 5',
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
    'X: a\r\n folded',
    'X: a\nY: b',
    'X: \u0000',
  ];
  for (const lines of framings) {
    const text = await talk(door, [`POST / HTTP/1.1\r\nHost: x\r\n${lines}\r\n\r\nhello`], never);
    expect(text.slice(0, 12), lines).toBe('HTTP/1.1 400');
    expect(text).toContain('connection: close');
  }
  const heads: [string, string][] = [
    ['POST http://other/ HTTP/1.1\r\n\r\n', '400'],
    ['GET / HTTP/3.0\r\n\r\n', '505'],
    ['GET / HTTP/1.1\r\nExpect: more\r\n\r\n', '417'],
    ['POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n', '413'],
    [`GET / HTTP/1.1\r\nX: ${'a'.repeat(70_000)}`, '431'],
    ['POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', '400'],
  ];
  for (const [head, status] of heads) {
    expect((await talk(door, [head], never)).slice(9, 12), head.slice(0, 60)).toBe(status);
  }
  expect(asked).toBe(0);
});

test('a_client_that_waits_for_a_word_gets_it_before_its_body', async () => {
  const door = open(echo);
  const head = 'POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n';
  const answered = Promise.withResolvers<string>();
  let text = '';
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port: door.port,
    socket: {
      data(mine, bytes) {
        text += bytes.toString('latin1');
        if (text === 'HTTP/1.1 100 Continue\r\n\r\n') mine.write('hi');
        else answered.resolve(text);
      },
    },
  });
  socket.write(head);
  expect(await answered.promise).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK[\s\S]*POST {2}hi$/);
  socket.terminate();
});

test('a_connection_is_kept_as_long_as_the_client_wants_it', async () => {
  const door = open(echo);
  const ask = (version: string, line = '') => `GET / HTTP/${version}\r\n${line}\r\n`;
  const twice = (text: string) => count(text, 'HTTP/1.1 200') === 2;
  expect(count(await talk(door, [ask('1.1'), ask('1.1')], twice), 'HTTP/1.1 200')).toBe(2);
  for (const only of [ask('1.0'), ask('1.1', 'Connection: close\r\n')]) {
    expect(count(await talk(door, [only, only], twice), 'HTTP/1.1 200')).toBe(1);
  }
});

class Slow implements Source {
  sink: Sink | null = null;
  cancelled = Promise.withResolvers<void>();
  resumed = Promise.withResolvers<void>();

  start(sink: Sink): void {
    this.sink = sink;
    sink.give(Buffer.from('data: 1\n\n'));
  }

  resume(): void {
    this.resumed.resolve();
  }

  cancel(): void {
    this.cancelled.resolve();
  }
}

test('a_stream_goes_out_as_it_comes_waits_for_a_slow_reader_and_hears_of_its_end', async () => {
  const source = new Slow();
  const door = open(() => ({ kind: 'stream', headers: { 'content-type': 'text/event-stream' }, source }));
  let got = 0;
  const first = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port: door.port,
    socket: {
      data(mine, bytes) {
        if (got === 0) mine.pause();
        got += bytes.length;
        first.resolve();
      },
    },
  });
  socket.write('GET / HTTP/1.1\r\n\r\n');
  await first.promise;
  const piece = Buffer.alloc(64 * 1024, 'x');
  let given = 0;
  while (source.sink?.give(piece) === true) given += piece.length;
  // What waits is bounded, but for what the kernel takes.
  expect(given).toBeLessThan(64 * 1024 * 1024);
  const before = got;
  socket.resume();
  await source.resumed.promise;
  expect(got).toBeGreaterThan(before);
  socket.terminate();
  await source.cancelled.promise;
});

test('a_stream_to_an_old_client_ends_with_the_connection_and_has_no_chunks', async () => {
  const door = open(() => ({
    kind: 'stream',
    headers: {},
    source: {
      start(sink) {
        sink.give(Buffer.from('data: 1\n\n'));
        sink.end();
      },
      resume: () => undefined,
      cancel: () => undefined,
    },
  }));
  const old = await talk(door, ['GET / HTTP/1.0\r\n\r\n'], never);
  expect(old).toEndWith('\r\n\r\ndata: 1\n\n');
  expect(old).not.toContain('chunked');
  const now = await talk(door, ['GET / HTTP/1.1\r\n\r\n'], (text) => text.endsWith('0\r\n\r\n'));
  expect(now).toEndWith('\r\n\r\n9\r\ndata: 1\n\n\r\n0\r\n\r\n');
});

test('a_client_that_leaves_while_it_is_answered_is_heard_of', async () => {
  const left = Promise.withResolvers<void>();
  const door = open((ask) => {
    ask.leaving.hear(() => left.resolve());
    return new Promise(() => undefined);
  });
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port: door.port,
    socket: { data: () => undefined },
  });
  socket.write('GET / HTTP/1.1\r\n\r\n');
  await new Promise((then) => setImmediate(then));
  socket.end();
  await left.promise;
});

test('a_door_that_closes_sends_what_is_under_way_and_takes_nobody_else', async () => {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const asked = Promise.withResolvers<void>();
  const door = open(() => {
    asked.resolve();
    return promise;
  });
  const answer = fetch(`http://127.0.0.1:${door.port}/`);
  await asked.promise;
  const closed = door.close(5000);
  resolve({ kind: 'whole', status: 200, headers: {}, body: 'last' });
  expect(await (await answer).text()).toBe('last');
  await closed;
  await expect(fetch(`http://127.0.0.1:${door.port}/`)).rejects.toThrow();
});

test('a_port_that_is_taken_is_no_door', () => {
  const door = open(echo);
  expect(() =>
    openDoor({ hostname: '127.0.0.1', port: door.port, handle: echo, now: () => performance.now() }),
  ).toThrow();
});
