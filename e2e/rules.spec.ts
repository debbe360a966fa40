/** Rules of windlass.json and by hand, through the built file: in force, and as before after a kill. */

import { join } from 'node:path';
import { deploy } from './fixtures/deployment.ts';
import { writeFiles } from './fixtures/files.ts';
import { run } from './fixtures/run.ts';
import { type Server, startServer, windlassFile } from './fixtures/server.ts';
import { expect, test } from './fixtures/test.ts';
import { until } from './fixtures/until.ts';

const files = {
  'windlass.json': {
    redirects: [{ from: '/old/*', to: '/new/:splat' }],
    headers: [{ path: '*.css', set: { 'Cache-Control': 'public, max-age=60' } }],
    rates: [{ path: '/limited', requests: 2, per: 3600 }],
  },
  'index.html': '<h1>open</h1>',
  'style.css': 'body { color: teal }',
};

test('rules_pauses_and_logs_are_as_before_after_kill_9', async ({ folder }) => {
  const data = join(folder, 'data');
  const app = await writeFiles(join(folder, 'app'), files);
  let server = await startServer({ data });
  try {
    await deploy(server, 'shop', app);
    await cli(server, 'rules', 'shop', 'set', 'deny=["203.0.113.0/24"]');
    await cli(server, 'trust', 'set', 'private');
    const password = await run([windlassFile, 'rules', 'shop', 'password', '--data', data], {
      input: 'open sesame\n',
    });
    expect(password.code, password.stderr).toBe(0);
    await holds(server);
    // A question brings what waits to disk; of the last second a crash may take some.
    expect(await refused(server)).toEqual(['/']);
    await cli(server, 'rules', 'shop', 'open');
    expect((await server.get('shop')).status).toBe(200);
    await cli(server, 'rules', 'shop', 'set', 'maintenance={"retryAfter":77}');

    process.kill(server.pid, 'SIGKILL');
    await until('it is gone', () => !alive(server.pid));
    server = await startServer({ data });

    const closed = await server.get('shop');
    expect([closed.status, closed.headers['retry-after']]).toEqual([503, '77']);
    expect(await cli(server, 'rules', 'shop')).toContain('203.0.113.0/24');
    expect(await cli(server, 'trust')).toContain('10.0.0.0/8');
    await cli(server, 'rules', 'shop', 'clear', 'maintenance');
    expect((await server.get('shop', '/old/a?b=c')).headers.location).toBe('/new/a?b=c');
    expect((await server.get('shop', '/style.css')).headers['cache-control']).toBe('public, max-age=60');
    const statuses = [1, 2, 3].map(async () => (await server.get('shop', '/limited')).status);
    expect((await Promise.all(statuses)).sort()).toEqual([404, 404, 429]);

    expect(await refused(server)).toEqual(['/']);
    expect(await cli(server, 'requests', 'shop', '--top', 'status')).toMatch(/503/);
    expect(await cli(server, 'metrics')).toContain('windlass_turned_away_total{reason="maintenance"} 1');
  } finally {
    await server.stop();
  }
});

async function holds(server: Server): Promise<void> {
  const asked = await server.get('shop');
  expect([asked.status, asked.headers['www-authenticate']]).toEqual([
    401,
    'Basic realm="This site", charset="UTF-8"',
  ]);
}

/** Paths of requests that were asked for a password. */
async function refused(server: Server): Promise<string[]> {
  const argv = ['requests', 'shop', '--status', '401'];
  const { requests } = await server.ask<{ requests: { path: string }[] }>(...argv);
  return requests.map(({ path }) => path);
}

async function cli(server: Server, ...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await server.cli(...argv);
  expect(code, stderr).toBe(0);
  return stdout;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
