/** Requests that are held, cut, refused or let finish. */

import { afterEach, expect, test } from 'bun:test';
import { row } from './case-row.ts';
import { answering, connect, get, ok, type RawEnd, startApps, until } from './rig.ts';

const { one, close } = startApps();
afterEach(close);

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
