import { afterEach, expect, test } from 'bun:test';
import { createServer, type Server, type Socket } from 'node:net';
import { ask, parseHead } from './ask.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that does `reply` with each connection once its request is complete; returns its port and what it read. */
async function serve(reply: (socket: Socket) => void): Promise<{ port: number; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((socket) => {
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (!text.includes('\r\n\r\n')) return;
      requests.push(text);
      reply(socket);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, requests };
}

const question = (port: number, timeoutMs = 5000) => ({
  address: '127.0.0.1',
  port,
  host: 'app.test',
  path: '/up?x=1',
  headers: { 'Windlass-Probe': 'token' },
  timeoutMs,
});

test('an_answer_has_its_status_and_headers_and_a_redirect_is_one', async () => {
  const { port, requests } = await serve((socket) =>
    socket.write('HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /y\r\n\r\n'),
  );
  const answer = await ask(question(port));
  if (answer.kind !== 'answered') throw new Error(answer.kind);
  expect(answer.status).toBe(302);
  expect(answer.headers.get('location')).toBe('/y');
  expect(requests).toHaveLength(1);
  expect(requests[0]).toStartWith('GET /up?x=1 HTTP/1.1\r\nHost: app.test\r\nUser-Agent: windlass-probe\r\n');
  expect(requests[0]).toContain('\r\nWindlass-Probe: token\r\n');
});

test('silence_is_a_timeout', async () => {
  const { port } = await serve(() => {});
  expect(await ask(question(port, 20))).toEqual({ kind: 'timeout' });
});

test('a_closed_port_refuses', async () => {
  const { port } = await serve(() => {});
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  expect(await ask(question(port))).toEqual({ kind: 'refused' });
});

test('death_before_the_headers_and_rubbish_are_broken', async () => {
  const dies = await serve((socket) => socket.end('HTTP/1.1 200 OK\r\nX: '));
  expect((await ask(question(dies.port))).kind).toBe('broken');
  const rubbish = await serve((socket) => socket.write('SSH-2.0-OpenSSH_9.2p1\r\n'));
  expect((await ask(question(rubbish.port))).kind).toBe('broken');
  const endless = await serve((socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(70_000)}`));
  expect((await ask(question(endless.port))).kind).toBe('broken');
});

test('a_head_is_read_from_any_split', () => {
  const text = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200\r\nWindlass-Release: 7\r\n\r\nbody';
  const complete = text.indexOf('\r\n\r\nbody') + 4;
  for (let length = 0; length < complete; length++) {
    expect(parseHead(text.slice(0, length)).kind).toBe('partial');
  }
  const parsed = parseHead(text);
  expect(parsed.kind === 'head' && parsed.head.headers.get('windlass-release')).toBe('7');
});
