/** The way to an instance: what fails there, and what is tried again. */

import { afterEach, expect, test } from 'bun:test';
import { row } from './case-row.ts';
import { answering, get, ok, type RawApp, startApp, startApps, until } from './rig.ts';

const { app, rig, one, close } = startApps();
afterEach(close);

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

test('an_answer_before_the_end_of_the_body_is_relayed_and_the_connection_closed', async () => {
  const { rig } = one((end) => end.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'));
  const client = await rig.ask('POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 1000000\r\n\r\nstart');
  client.send('x'.repeat(10_000));
  expect(await client.closes()).toBe(
    'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno',
  );
  expect(client.state).toBe('ended');
});
