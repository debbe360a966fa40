/** Bytes through the bridge, both ways, to a real socket. */

import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { bridge } from './bridge.ts';

test('bytes_pass_both_ways_and_the_end_of_the_server_ends_it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-'));
  const path = join(folder, 's');
  const server = createServer((socket) => {
    socket.on('data', (chunk) => socket.end(`got ${chunk}`));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  try {
    const from = new PassThrough();
    const to = new PassThrough();
    let said = '';
    to.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    from.write('hello');
    await bridge(path, from, to);
    expect(said).toBe('got hello');
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('nobody_at_the_socket_is_told_as_that', async () => {
  const none = bridge('/nowhere/control.sock', new PassThrough(), new PassThrough());
  await expect(none).rejects.toMatchObject({ code: 'unavailable' });
});
