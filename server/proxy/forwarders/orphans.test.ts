/** A whole server with a forwarder, killed: what is left of it ends, and the next one finds its ports free. */

import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectControl } from '../../kernel/control-client.ts';
import { childrenOf, until } from './forwarders-rig.ts';

let folder: string;
let servers: Bun.Subprocess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-orphans-'));
  servers = [];
});
afterEach(async () => {
  for (const server of servers) {
    server.kill('SIGTERM');
    await server.exited;
  }
  rmSync(folder, { recursive: true, force: true });
});

async function serve(http: number): Promise<{ server: Bun.Subprocess; port: number; forwarder: number }> {
  const data = join(folder, 'data');
  const control = connectControl(join(data, 'control.sock'));
  const flags = [
    '--data',
    data,
    '--http',
    String(http),
    '--https',
    '0',
    '--runtime',
    'native',
    '--forwarders',
    '1',
  ];
  const server = Bun.spawn([process.execPath, join(import.meta.dir, '../../main.ts'), 'serve', ...flags], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
  });
  servers.push(server);
  for (const end = performance.now() + 20_000; performance.now() < end; await Bun.sleep(20)) {
    const info = await control.call('server.info', {}).catch(() => null);
    const [forwarder] = childrenOf(server.pid);
    if (info?.pid !== server.pid || info.cores !== 2 || forwarder === undefined) continue;
    return { server, port: Number(info.http?.split(':').at(-1)), forwarder };
  }
  throw new Error('it does not forward on two cores');
}

/** A process that nobody waits for may be left as a name (`Z`). */
function isGone(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ');
  } catch {
    return true;
  }
}

test('a_killed_server_leaves_no_forwarder_and_the_next_one_has_its_port', async () => {
  const first = await serve(0);
  first.server.kill('SIGKILL');
  await first.server.exited;
  const second = await serve(first.port);
  expect(second.port).toBe(first.port);
  await until('the end of the forwarder', () => isGone(first.forwarder));
}, 60_000);
