/** Clients that hold places for nothing: each kind is cut and counted, and nobody else notices. */

import { afterEach, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { ConnectionRoom } from './connection-room.ts';
import { Pace } from './pace.ts';
import { TurnedAway } from './requests/turned-away.ts';
import { answering, connect, get, ok, type RigOptions, startApps, until } from './rig.ts';

const { one, close } = startApps();
afterEach(close);

function attacked(limits: NonNullable<RigOptions['limits']>, options: RigOptions = {}) {
  const turnedAway = new TurnedAway();
  const both = one(answering(ok('hi')), { ...options, turnedAway, limits });
  const others = async () => (await both.rig.ask(get('/', 'Connection: close\r\n'))).closes();
  return { ...both, turnedAway, others };
}

test('a_head_that_never_ends_is_408_by_its_deadline_however_often_a_byte_comes', async () => {
  const { rig, turnedAway, others, app } = attacked({ headMs: 100 });
  const slow = await rig.ask('GET / HTTP/1.1\r\nHost: app.test\r\n');
  const drip = setInterval(() => slow.state === 'open' && slow.send('X-A: b\r\n'), 5);
  expect(await others()).toEndWith('hi');
  expect(await slow.closes()).toStartWith('HTTP/1.1 408 ');
  clearInterval(drip);
  expect(turnedAway.of('slow-head')).toBe(1);
  expect(app.received).not.toContain('X-A');
});

test('a_connection_that_says_nothing_is_closed_and_one_that_was_used_may_wait_longer', async () => {
  const { rig } = attacked({ headMs: 60, idleMs: 60_000 });
  const silent = await connect(rig.port);
  const used = await rig.ask(get());
  await used.sees('hi');
  expect(await silent.closes()).toBe('');
  expect(used.state).toBe('open');
});

test('a_head_of_too_many_fields_or_too_large_a_cookie_is_431_and_counted', async () => {
  const { rig, turnedAway, app } = attacked({});
  const many = await rig.ask(get('/', 'X: y\r\n'.repeat(300)));
  expect(await many.closes()).toStartWith('HTTP/1.1 431 ');
  const large = await rig.ask(get('/', `Cookie: ${'c'.repeat(40_000)}\r\n`));
  expect(await large.closes()).toStartWith('HTTP/1.1 431 ');
  const fine = await rig.ask(get('/', `Cookie: ${'c'.repeat(20_000)}\r\n${'X: y\r\n'.repeat(200)}`));
  await fine.sees('hi');
  expect(turnedAway.of('head-too-large')).toBe(2);
  expect(app.connections).toHaveLength(1);
});

test('one_client_cannot_take_the_places_of_all', async () => {
  const { rig, turnedAway, others } = attacked({ connectionsOfOne: 3 });
  const held = await Promise.all([1, 2, 3].map(() => rig.ask('GET / ')));
  await until('all are in', () => rig.path.connections === 3);
  expect(await others()).toStartWith('HTTP/1.1 503 ');
  expect(turnedAway.of('connections-of-one')).toBe(1);
  held[0]?.reset();
  await until('one left', () => rig.path.connections === 2);
  expect(await others()).toEndWith('hi');
});

test('a_trusted_proxy_speaks_for_many_and_is_not_bounded_as_one', async () => {
  const { rig, others } = attacked({ connectionsOfOne: 1 }, { trusted: new Set(['127.0.0.1']) });
  await Promise.all([1, 2, 3].map(() => rig.ask('GET / ')));
  await until('all are in', () => rig.path.connections === 3);
  expect(await others()).toEndWith('hi');
});

test('where_all_places_are_taken_one_that_only_waits_gives_way', async () => {
  const { rig, app, turnedAway, others } = attacked({ connections: 2 });
  const waiting = await rig.ask(get());
  await waiting.sees('hi');
  const posting = `POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 5\r\n\r\n`;
  const busy = await rig.ask(posting);
  await until('it is at the app', () => app.received.split('POST').length === 2);
  expect(await others()).toEndWith('hi');
  expect(await waiting.closes()).toEndWith('hi');
  const more = await rig.ask(posting);
  await until('no place is left', () => app.received.split('POST').length === 3);
  expect(await others()).toStartWith('HTTP/1.1 503 ');
  expect(turnedAway.of('connections')).toBe(1);
  busy.send('hello');
  more.send('hello');
  expect(await busy.sees('hi')).toStartWith('HTTP/1.1 200 ');
  expect(await more.sees('hi')).toStartWith('HTTP/1.1 200 ');
});

test('what_one_client_lets_wait_is_bounded_over_all_its_connections_and_given_back', async () => {
  const large = 'x'.repeat(8_000_000);
  const { rig, turnedAway } = attacked({ waitingOfOne: 3_000_000 }, {});
  const { app } = one((end) => {
    if (!end.text.endsWith('\r\n\r\n')) return;
    end.send(`HTTP/1.1 200 OK\r\nContent-Length: ${large.length}\r\n\r\n${large}`);
  });
  rig.service.backend = { kind: 'instances', release: 7, targets: [app.target] };
  const readers = await Promise.all(Array.from({ length: 40 }, () => connect(rig.port)));
  for (const reader of readers) {
    reader.socket?.pause();
    reader.send(get('/', 'Connection: close\r\n'));
  }
  await until('some are cut', () => turnedAway.of('slow-reader') > 0);
  const asked = app.received.length;
  expect(await (await rig.ask(get('/', 'Connection: close\r\n'))).closes()).toStartWith('HTTP/1.1 503 ');
  expect(app.received.length).toBe(asked);
  await until(
    'it is calm',
    () => rig.path.connections > 0 && rig.log.length === turnedAway.of('slow-reader'),
  );
  for (const reader of readers) reader.reset();
  await until('all are gone', () => rig.path.connections === 0);
  const after = await rig.ask(get('/', 'Connection: close\r\n'));
  await after.has(large.length);
});

test.if(process.platform === 'linux')('the_kernel_takes_little_of_an_answer_that_nobody_reads', async () => {
  const large = Buffer.alloc(32_000_000, 'x');
  const { app, rig } = one((end) => {
    end.send(`HTTP/1.1 200 OK\r\nContent-Length: ${large.length}\r\n\r\n`);
    end.send(large);
  });
  const reader = await connect(rig.port);
  reader.socket?.pause();
  reader.send(get());
  let before = -1;
  let still = 0;
  await until('the app stands still', () => {
    const sent = app.connections[0]?.sent ?? 0;
    still = sent > 0 && sent === before ? still + 1 : 0;
    before = sent;
    return still === 100;
  });
  // 4 MB without the bound.
  expect(unsent(rig.port)).toBeGreaterThan(0);
  expect(unsent(rig.port)).toBeLessThan(1_000_000);
});

test('a_body_and_a_reader_are_too_slow_below_500_bytes_a_second_over_20_seconds', () => {
  const pace = new Pace();
  expect(pace.tooSlow(0, 'sending', 0)).toBe(false);
  expect(pace.tooSlow(19_000, 'sending', 10)).toBe(false);
  expect(pace.tooSlow(20_000, 'sending', 10_001)).toBe(false);
  expect(pace.tooSlow(40_000, 'sending', 19_000)).toBe(true);
  // What it does begins anew where it changes, or where the client waits for us.
  expect(pace.tooSlow(41_000, 'none', 0)).toBe(false);
  expect(pace.tooSlow(90_000, 'reading', 0)).toBe(false);
  expect(pace.tooSlow(109_000, 'reading', 1)).toBe(false);
  expect(pace.tooSlow(111_000, 'reading', 2)).toBe(true);
});

test('places_are_counted_by_network_for_ipv6_and_given_back', () => {
  const room = new ConnectionRoom(10, 2);
  expect(room.enter('2001:db8::1', true)).toBe('fine');
  expect(room.enter('2001:db8::2', true)).toBe('fine');
  expect(room.enter('2001:db8::3', true)).toBe('full-of-one');
  expect(room.enter('2001:db8:0:1::3', true)).toBe('fine');
  room.leave('2001:db8::1');
  expect(room.enter('2001:db8::3', true)).toBe('fine');
  expect(room.all).toBe(3);
});

/** Bytes the kernel has taken and not sent, on established connections that this port accepted. */
function unsent(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const queues = rows.filter(([, from, , state]) => from?.endsWith(local) && state === '01');
  return queues.reduce((sum, row) => sum + Number.parseInt(row[4] ?? '0', 16), 0);
}

test('a_flood_of_one_address_is_answered_whole_and_another_address_before_it', async () => {
  const { rig } = attacked({});
  const { port } = rig.path.listen({ hostname: '::', port: 0, reusePort: false });
  const other = await connect(port, '::1');
  const flood = await Promise.all(Array.from({ length: 200 }, () => connect(port)));
  await until('all are in', () => rig.path.connections === 201);
  const answered = () => flood.filter(({ bytes }) => bytes > 0).length;
  let before = flood.length;
  other.onText = () => {
    before = answered();
  };
  for (const each of flood) each.send(get());
  other.send(get());
  await other.sees('hi');
  expect(before).toBeLessThan(100);
  await until('all are answered', () => flood.every(({ text }) => text.endsWith('hi')));
  expect(rig.log).toHaveLength(201);
});
