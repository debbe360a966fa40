import { afterEach, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { row } from './case-row.ts';
import { type RawEnd, startApp, startApps, until } from './rig.ts';

const { app, rig: rigOf, one: start, close } = startApps();
afterEach(close);

const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const handshake =
  'GET /chat/%2F?p=a;b HTTP/1.1\r\nHost: app.test\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n' +
  `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat\r\n` +
  'Sec-WebSocket-Extensions: permessage-deflate\r\nCookie: a=1\r\n\r\n';
const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
const accepted =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: chat\r\n\r\n`;

/** An app that accepts every handshake and then echoes. */
function echo(end: RawEnd): void {
  const head = end.text.indexOf('\r\n\r\n');
  if (head === -1) return;
  if (!upgraded.has(end)) {
    upgraded.add(end);
    end.send(accepted);
  }
  const frames = end.text.slice(head + 4);
  const seen = echoed.get(end) ?? 0;
  echoed.set(end, frames.length);
  end.send(frames.slice(seen));
}
const upgraded = new WeakSet<RawEnd>();
const echoed = new WeakMap<RawEnd, number>();

function frame(text: string): string {
  return String.fromCharCode(0x81, text.length) + text;
}

test('a_websocket_is_opened_with_its_headers_intact_and_carries_bytes_both_ways', async () => {
  const { rig, app } = start(echo);
  const client = await rig.ask(handshake);
  const head = await client.sees('\r\n\r\n');
  expect(head).toStartWith('HTTP/1.1 101 Switching Protocols\r\n');
  expect(head.toLowerCase()).toContain(`sec-websocket-accept: ${accept.toLowerCase()}`);
  expect(head.toLowerCase()).toContain('\r\nupgrade: websocket\r\n');
  expect(head).toContain(accept);
  const seen = app.received;
  expect(seen).toStartWith('GET /chat/%2F?p=a;b HTTP/1.1\r\n');
  expect(seen).toContain(`${key}\r\n`);
  expect(seen).toMatch(/Sec-WebSocket-Protocol: chat\r\n/i);
  expect(seen).toMatch(/Sec-WebSocket-Extensions: permessage-deflate\r\n/i);
  expect(seen).toMatch(/X-Forwarded-For: 127\.0\.0\.1\r\n/i);
  client.send(frame('hello'));
  client.send(frame('again'));
  await client.sees(`${frame('hello')}${frame('again')}`);
  client.end();
  await until('the end at the app', () => app.connections[0]?.state !== 'open');
  await until('the end of the lease', () => rig.service.open === 0);
  expect(rig.log).toHaveLength(1);
  expect(rig.log[0]).toMatchObject({ status: 101, target: 'a', bytesIn: 14 });
  expect(rig.service.answered).toEqual(['a']);
});

test('large_messages_pass_whole_to_a_client_that_reads_slowly', async () => {
  const size = 20_000_000;
  const { rig, app } = start((end) => {
    if (!end.text.includes('\r\n\r\n') || upgraded.has(end)) return;
    upgraded.add(end);
    end.send(accepted);
    const header = Buffer.alloc(10);
    header[0] = 0x82;
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(size), 2);
    end.send(Buffer.concat([header, Buffer.alloc(size, 'x')]));
  });
  const client = await rig.ask(handshake);
  await client.sees('\r\n\r\n');
  client.socket?.pause();
  await Bun.sleep(50);
  client.socket?.resume();
  await client.has(client.text.indexOf('\r\n\r\n') + 14 + size);
  expect(app.connections).toHaveLength(1);
});

test(row('drain with an open WebSocket'), async () => {
  const { rig, app } = start(echo);
  const client = await rig.ask(handshake);
  await client.sees('\r\n\r\n');
  client.send(frame('hi'));
  await client.sees(frame('hi'));
  const before = client.text.length;
  const started = performance.now();
  for (const drain of rig.service.drain) drain();
  await client.closes();
  expect(client.text.slice(before)).toBe('\x88\x02\x03\xe9');
  await until('the end of the lease', () => rig.service.open === 0);
  await until('the end at the app', () => app.connections[0]?.state !== 'open');
  expect(performance.now() - started).toBeLessThan(1_000);
});

test('a_goodbye_waits_for_the_end_of_a_frame_but_not_for_ever', async () => {
  let socket: RawEnd | null = null;
  const { rig } = start((end) => {
    if (upgraded.has(end)) return;
    upgraded.add(end);
    socket = end;
    end.send(`${accepted}${frame('hello').slice(0, 4)}`);
  });
  const finishing = await rig.ask(handshake);
  await finishing.sees('\x81\x05he');
  for (const drain of rig.service.drain.splice(0)) drain();
  (socket as RawEnd | null)?.send('llo');
  expect(await finishing.closes()).toEndWith(`${frame('hello')}\x88\x02\x03\xe9`);
  const stuck = await rig.ask(handshake);
  await stuck.sees('\x81\x05he');
  for (const drain of rig.service.drain.splice(0)) drain();
  expect(await stuck.closes()).toEndWith('\x81\x05he');
  await until('the end of the leases', () => rig.service.open === 0);
});

test('an_answer_that_is_no_upgrade_is_relayed', async () => {
  const { rig } = start((end) =>
    end.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\nX-A: 1\r\n\r\nnope'),
  );
  const client = await rig.ask(handshake);
  const text = await client.closes();
  expect(text).toStartWith('HTTP/1.1 403 Forbidden\r\n');
  expect(text).toEndWith('\r\n\r\nnope');
  await until('the end of the lease', () => rig.service.open === 0);
  expect(rig.log[0]?.status).toBe(403);
});

test('a_refused_upgrade_goes_to_another_instance_or_is_a_502', async () => {
  const gone = startApp('gone', () => undefined);
  gone.close();
  const fine = app(echo, 'fine');
  const both = rigOf({ targets: [gone.target, fine.target] });
  expect(await (await both.ask(handshake)).sees('\r\n\r\n')).toStartWith('HTTP/1.1 101 ');
  expect(both.service.failed).toEqual(['gone']);
  const alone = rigOf({ targets: [gone.target] });
  expect(await (await alone.ask(handshake)).closes()).toStartWith('HTTP/1.1 502 ');
  expect(alone.service.open).toBe(0);
});

test('a_silent_app_is_a_504_and_a_client_that_leaves_is_a_499', async () => {
  const { rig, app } = start(() => undefined, { limits: { responseMs: 80 } });
  expect(await (await rig.ask(handshake)).closes()).toStartWith('HTTP/1.1 504 ');
  const { rig: patient, app: second } = start(() => undefined);
  const client = await patient.ask(handshake);
  await until('the handshake at the app', () => second.received.includes(key));
  client.end();
  await until('the end at the app', () => second.connections[0]?.state !== 'open');
  expect(patient.log.map(({ status }) => status)).toEqual([499]);
  expect(patient.service.failed).toEqual([]);
  expect(app.connections.length).toBe(1);
  expect([rig.service.open, patient.service.open]).toEqual([0, 0]);
});
