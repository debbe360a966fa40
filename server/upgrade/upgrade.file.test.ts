/** The built file itself: upgraded under requests, gone back from a bad one, and killed; what it keeps and what it never loses. */

import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlClient, connectControl } from '../kernel/control-client.ts';

/** What `npm run build` made. */
const windlassFile = join(import.meta.dir, '../../dist/windlass');

let folder: string;
let program: string;
let data: string;
let control: ControlClient;
let port: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-file-'));
  program = join(folder, 'windlass');
  data = join(folder, 'data');
  copyFileSync(windlassFile, program);
  control = connectControl(join(data, 'control.sock'));
});
afterEach(async () => {
  const pid = (await control.call('server.info', {}).catch(() => null))?.pid;
  if (pid !== undefined) {
    process.kill(pid, 'SIGINT');
    await gone(pid);
  }
  rmSync(folder, { recursive: true, force: true });
});

async function serve(): Promise<number> {
  const child = Bun.spawn(
    [program, 'serve', '--data', data, '--http', '0', '--https', '0', '--runtime', 'native'],
    { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' },
  );
  const info = await until('the server', async () => {
    const found = await control.call('server.info', {}).catch(() => null);
    return found?.pid === child.pid && found.http !== null ? found : null;
  });
  port = Number(info.http?.split(':').at(-1));
  return child.pid;
}

async function run(...argv: string[]): Promise<{ code: number; out: string }> {
  const child = Bun.spawn([program, ...argv, '--data', data, '--json'], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
  });
  return { out: await new Response(child.stdout).text(), code: await child.exited };
}

/** An app that answers with its process id and its version. */
async function deploy(version: string): Promise<void> {
  const app = join(folder, 'shop');
  mkdirSync(app, { recursive: true });
  writeFileSync(
    join(app, 'windlass.json'),
    JSON.stringify({ start: 'bun server.js', health: { watch: 0, interval: 0.1 } }),
  );
  writeFileSync(
    join(app, 'server.js'),
    `Bun.serve({ port: Number(process.env.PORT), hostname: '127.0.0.1', fetch: () => new Response('${version} ' + process.pid) });`,
  );
  expect((await run('deploy', 'shop', '--dir', app)).code).toBe(0);
}

const ask = async () => {
  const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { Host: 'shop.localhost' } });
  return `${answer.status} ${await answer.text()}`;
};

async function until<T>(what: string, look: () => Promise<T | null> | T | null): Promise<T> {
  for (const end = performance.now() + 20_000; performance.now() < end; await Bun.sleep(20)) {
    const found = await look();
    if (found !== null) return found;
  }
  throw new Error(`waited in vain for ${what}`);
}

const gone = (pid: number) =>
  until('its end', () => {
    try {
      process.kill(pid, 0);
      return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ') ? true : null;
    } catch {
      return true;
    }
  });

test('an_upgrade_loses_no_request_and_a_bad_file_goes_back_by_itself', async () => {
  const first = await serve();
  await deploy('v1');
  const before = await ask();
  expect(before).toStartWith('200 v1 ');
  const said: string[] = [];
  let asking = true;
  const visitors = Array.from({ length: 4 }, async () => {
    while (asking) said.push(await ask().catch((error: unknown) => String(error)));
  });

  const next = join(folder, 'next');
  writeFileSync(next, Buffer.concat([readFileSync(windlassFile), Buffer.from('!')]));
  expect((await run('upgrade', next)).code).toBe(0);
  await gone(first);
  const second = (await control.call('server.info', {})).pid;
  expect(second).not.toBe(first);
  expect(readFileSync(program).length).toBe(readFileSync(next).length);

  writeFileSync(next, `#!/bin/sh\n[ "$1" = version ] && echo '{"client":"9.9.9"}' && exit 0\nexit 7\n`);
  chmodSync(next, 0o755);
  const bad = await run('upgrade', next);
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.out)).toMatchObject({
    state: 'went-back',
    to: '9.9.9',
    message: 'it ended at once (exit 7)',
  });
  await gone(second);
  expect((await run('upgrade', join(folder, 'shop', 'server.js'))).code).toBe(1);

  asking = false;
  await Promise.all(visitors);
  // The instance is the same process throughout, and nobody saw anything else.
  expect([...new Set(said)]).toEqual([before]);
  expect(said.length).toBeGreaterThan(100);
}, 60_000);

test('after_kill_9_the_release_its_pause_its_rules_and_its_certificate_are_as_before', async () => {
  const server = await serve();
  await deploy('v1');
  await deploy('v2');
  expect((await run('rollback', 'shop', '--to', '1')).code).toBe(0);
  expect(await ask()).toStartWith('200 v1 ');
  expect((await run('domains', 'shop', 'add', 'shop.example.com')).code).toBe(0);
  expect((await run('certs', 'rules', 'shop.example.com', '--hsts', '1000', '--https', 'never')).code).toBe(
    0,
  );
  const pair = Bun.spawnSync(
    ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'].concat(
      ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem'), '-days', '30'],
      ['-subj', '/CN=x', '-addext', 'subjectAltName=DNS:shop.example.com'],
    ),
  );
  expect(pair.exitCode).toBe(0);
  const added = await run(
    'certs',
    'add',
    '--cert',
    join(folder, 'cert.pem'),
    '--key',
    join(folder, 'key.pem'),
  );
  expect(added.code).toBe(0);
  await control.call('rules.set', {
    app: 'shop',
    environment: 'production',
    rules: { concurrency: [{ most: 3 }], deny: ['192.0.2.0/24'] },
    clear: [],
  });
  expect((await run('pause', 'shop', '--max', '60')).code).toBe(0);
  const state = async () => ({
    certificates: await control
      .call('certificates.list', {})
      .then(({ hosts, certificates }) => ({ hosts, certificates })),
    domains: await control.call('domains.list', { app: 'shop', environment: 'production' }),
    rules: await control.call('rules.get', { app: 'shop', environment: 'production' }),
    release: (await control.call('apps.get', { app: 'shop' })).environments[0]?.liveRelease,
  });
  const before = await state();
  process.kill(server, 'SIGKILL');
  await gone(server);
  await serve();
  expect(await state()).toEqual(before);
  const held = ask();
  expect(await Promise.race([held, Bun.sleep(300).then(() => 'held')])).toBe('held');
  expect((await run('resume', 'shop')).code).toBe(0);
  expect(await held).toStartWith('200 v1 ');
}, 60_000);
