/** Server-sent events whose backend goes: they end between two events, and never in the middle of one. */

import { afterEach, expect, test } from 'bun:test';
import { get, startApps, until } from './rig.ts';

const apps = startApps();
afterEach(() => apps.close());

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n';

test('a_chunked_stream_ends_at_once_where_it_is_between_two_events', async () => {
  const { app, rig } = apps.one((end) =>
    end.send(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk('data: 1\n\n')}`),
  );
  const client = await rig.ask(get());
  await client.sees('data: 1\n\n');
  for (const tell of rig.service.drain) tell();
  expect(await client.sees('0\r\n\r\n')).toEndWith(`${chunk('data: 1\n\n')}0\r\n\r\n`);
  await until('the end at the app', () => app.connections[0]?.state !== 'open');
  expect(rig.service.outcomes).toEqual([{ status: 200, byProxy: false }]);
});

test('an_event_under_way_is_whole_before_the_stream_ends', async () => {
  const { app, rig } = apps.one((end) =>
    end.send(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk('data: 1')}`),
  );
  const client = await rig.ask(get());
  await client.sees('data: 1');
  for (const tell of rig.service.drain) tell();
  app.connections[0]?.send(chunk('23\n'));
  await client.sees('23\n');
  expect(client.text).not.toContain('0\r\n\r\n');
  app.connections[0]?.send(chunk('\n') + chunk('data: 4'));
  app.connections[0]?.send(chunk('5\n\n'));
  expect(await client.sees('0\r\n\r\n')).toEndWith(`${chunk('5\n\n')}0\r\n\r\n`);
});

test('a_stream_without_chunks_ends_with_its_connection', async () => {
  const { rig } = apps.one((end) => end.send(`${head}\r\ndata: 1\n\n`));
  const client = await rig.ask(get());
  await client.sees('data: 1\n\n');
  for (const tell of rig.service.drain) tell();
  expect(await client.closes()).toEndWith('data: 1\n\n');
  expect(client.state).toBe('ended');
});

test('any_other_answer_goes_on_to_its_own_end', async () => {
  const { app, rig } = apps.one((end) =>
    end.send(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk('data: 1\n\n')}`),
  );
  const client = await rig.ask(get());
  await client.sees('data: 1\n\n');
  for (const tell of rig.service.drain) tell();
  app.connections[0]?.send(`${chunk('more')}0\r\n\r\n`);
  expect(await client.sees('0\r\n\r\n')).toContain(chunk('more'));
});
