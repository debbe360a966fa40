/** The client against a real HTTP server on a unix socket. */

import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectUnix, createControlClient } from './control-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'client-'));
const path = join(folder, 's');
const asked: string[] = [];
let opened = 0;
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  request.on('end', () => {
    switch (request.url) {
      case '/v1/jobs.list':
        response.end('{"jobs":[]}');
        return;
      case '/v1/apps.list':
        response.writeHead(409).end('{"error":{"code":"conflict","message":"busy","hint":"wait"}}');
        return;
      case '/v1/uploads.create':
        response.end(JSON.stringify({ upload: 'u', bytes, sha256: 'x' }));
        return;
      default:
        response.write('{"event":{"kind":"phase","phase":"queued","at":1}}\n\n');
        response.end(request.url === '/v1/deployments.follow' ? '' : '{"result":{"lines":0}}\n');
    }
  });
});
await new Promise<void>((resolve) => server.listen(path, resolve));
const client = createControlClient(() => {
  opened += 1;
  return connectUnix(path);
});
afterAll(() => {
  client.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});
const { signal } = new AbortController();

test('calls_are_answered_over_kept_streams', async () => {
  expect(await client.call('jobs.list', {}, signal)).toEqual({ jobs: [] });
  expect(await client.call('jobs.list', {}, signal)).toEqual({ jobs: [] });
  expect(opened).toBe(1);
});

test('what_is_not_in_the_contract_or_not_well_formed_is_never_sent', async () => {
  const before = asked.length;
  await expect(client.call('no.such', {}, signal)).rejects.toMatchObject({ code: 'not-found' });
  await expect(client.call('constructor', {}, signal)).rejects.toMatchObject({ code: 'not-found' });
  await expect(client.call('logs.read', {}, signal)).rejects.toMatchObject({ code: 'not-found' });
  await expect(client.call('apps.get', { app: '../x' }, signal)).rejects.toMatchObject({ code: 'invalid' });
  expect(asked.length).toBe(before);
});

test('the_servers_own_error_arrives_as_it_was', async () => {
  const failure = client.call('apps.list', {}, signal);
  await expect(failure).rejects.toMatchObject({ code: 'conflict', message: 'busy', hint: 'wait' });
});

test('an_upload_is_streamed_whole', async () => {
  async function* body() {
    for (let count = 0; count < 50; count += 1) yield Buffer.alloc(100_000);
  }
  expect(await client.upload('uploads.create', {}, body(), signal)).toMatchObject({ bytes: 5_000_000 });
});

test('a_stream_without_its_last_line_was_cut', async () => {
  const events: unknown[] = [];
  const following = client.stream('deployments.follow', { id: 'd' }, (event) => events.push(event), signal);
  await expect(following).rejects.toMatchObject({ code: 'unavailable' });
  expect(events).toHaveLength(1);
});
