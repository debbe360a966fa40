/** Requests by a shorter way than the stored one: while it is open, and never once it is not. */

import { afterEach, beforeEach, expect, test } from 'bun:test';
import { answering, get, ok, type RawApp, startApps } from './rig.ts';
import { Shortcuts } from './shortcuts.ts';

const { app, rig, close } = startApps();
let shortcuts: Shortcuts;
let stored: RawApp;
let short: RawApp;

beforeEach(() => {
  shortcuts = new Shortcuts();
  stored = app(answering(ok('by the stored way')));
  short = app(answering(ok('by the shortcut')));
});
afterEach(close);

const lead = (open: boolean, to = short) =>
  shortcuts.set('a', { host: to.target.host, port: to.target.port, open });
const start = () => {
  const { ask } = rig({ targets: [stored.target], shortcuts });
  return async () => {
    const client = await ask(get('/', 'Connection: close\r\n'));
    return (await client.closes()).split('\r\n\r\n')[1];
  };
};

test('requests_take_a_shortcut_from_the_moment_it_is_known_and_kept_connections_of_the_old_way_are_given_up', async () => {
  const ask = start();
  expect(await ask()).toBe('by the stored way');
  lead(true);
  expect(await ask()).toBe('by the shortcut');
  expect(await ask()).toBe('by the shortcut');
  expect([stored.connections.length, short.connections.length]).toEqual([1, 1]);
});

test('while_a_shortcut_is_shut_nothing_new_goes_there_and_what_stands_goes_on', async () => {
  lead(false);
  const ask = start();
  expect(await ask()).toBe('by the stored way');
  expect(short.connections).toHaveLength(0);
  lead(true);
  expect(await ask()).toBe('by the shortcut');
  lead(false);
  expect(await ask()).toBe('by the shortcut');
  expect(short.connections).toHaveLength(1);
  short.connections[0]?.reset();
  expect(await ask()).toBe('by the stored way');
  expect(short.connections).toHaveLength(1);
});

test('once_a_shortcut_is_gone_not_even_a_kept_connection_is_used', async () => {
  lead(true);
  const ask = start();
  await ask();
  shortcuts.set('a', null);
  expect(await ask()).toBe('by the stored way');
  // One to somewhere else is another one.
  lead(true);
  await ask();
  const moved = app(answering(ok('where it moved')));
  lead(true, moved);
  expect(await ask()).toBe('where it moved');
});

test('a_connection_under_way_to_where_nobody_is_any_more_is_not_waited_for', async () => {
  lead(true);
  const other = app(answering(ok('the other instance')), 'b');
  const { ask, service } = rig({ targets: [stored.target, other.target], shortcuts });
  service.admission = () => {
    // After the connection was begun, before the kernel can tell of it.
    queueMicrotask(() => shortcuts.set('a', null));
    return { kind: 'go', lease: service.lease() };
  };
  const client = await ask('POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 3\r\n\r\nend');
  expect(await client.sees('the other instance')).toStartWith('HTTP/1.1 200 ');
  expect(service.failed).toEqual(['a']);
  expect(short.received).toBe('');
});
