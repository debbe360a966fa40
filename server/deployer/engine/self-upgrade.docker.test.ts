/** The built file upgraded while containers serve: they are the same ones afterwards, and whoever asks them notices nothing. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
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
import { connectControl } from '../../kernel/control-client.ts';
import { until } from '../commands/server.fixture.ts';
import { confinementLabel } from '../confine/choose.ts';
import { engineSocketPath, openDockerRoom, removeOwned } from './docker-room.fixture.ts';
import { ours } from './labels.ts';

/** What `npm run build` made. */
const windlassFile = join(import.meta.dir, '../../../dist/windlass');
const folder = mkdtempSync(join(tmpdir(), 'wl-upgrade-'));
const program = join(folder, 'windlass');
const data = join(folder, 'data');
const next = join(folder, 'next');
const owner = confinementLabel(data);
const control = connectControl(join(data, 'control.sock'));
const room = await openDockerRoom();
const { docker } = room;
/** What provisioning sets to 1 on a server: connections that wait in a closing listener move to the next one. */
const migrating = '/proc/sys/net/ipv4/tcp_migrate_req';
const wasMigrating = readFileSync(migrating, 'utf8').trim();
let origin: string;

beforeAll(async () => {
  writeFileSync(migrating, '1');
  copyFileSync(windlassFile, program);
  const { pid } = Bun.spawn(
    [program, 'serve', '--data', data, '--http', '0', '--https', '0', '--runtime', 'docker'],
    {
      env: { ...process.env, DOCKER_HOST: `unix://${engineSocketPath}` },
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'ignore',
    },
  );
  await until(async () => {
    const info = await control.call('server.info', {}).catch(() => null);
    origin = `http://127.0.0.1:${info?.http?.split(':').at(-1)}`;
    return info?.pid === pid && info.http !== null;
  }, 20_000);
}, 30_000);
afterAll(async () => {
  writeFileSync(migrating, wasMigrating);
  const pid = await serverPid().catch(() => null);
  if (pid !== null) {
    process.kill(pid, 'SIGINT');
    await gone(pid);
  }
  await removeOwned(docker, owner);
  await room.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const serverPid = async () => (await control.call('server.info', {})).pid;
const gone = (pid: number) =>
  until(async () => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
    } catch {
      return true;
    }
  }, 30_000);

async function run(...argv: string[]): Promise<{ code: number; out: string }> {
  const child = Bun.spawn([program, ...argv, '--data', data, '--json'], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
  });
  return { out: await new Response(child.stdout).text(), code: await child.exited };
}

async function deploy(version: string): Promise<void> {
  const app = join(folder, 'shop');
  mkdirSync(app, { recursive: true });
  const files = {
    Dockerfile: 'FROM node:22-slim\nCOPY server.js /server.js\nUSER node\nCMD ["node", "/server.js"]\n',
    'server.js': `const server = require('node:http').createServer((_, res) => res.end('${version}'));
server.listen(process.env.PORT, '0.0.0.0');
process.on('SIGTERM', () => server.close(() => process.exit(0)));`,
    'windlass.json': JSON.stringify({ instances: 2, health: { watch: 0, interval: 0.1 } }),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(app, name), text);
  expect(await run('deploy', 'shop', '--dir', app)).toMatchObject({ code: 0 });
}

/** One that was replaced since it was listed is no fault. */
const nullIfGone = (error: { statusCode?: number }) => {
  if (error.statusCode === 404) return null;
  throw error;
};

/** What the engine says of every container of ours: it is the same one only if all of it is the same. */
async function containers(): Promise<string[]> {
  const found = await docker.listContainers({ all: true, filters: ours(owner) });
  const shown = await Promise.all(
    found.map(async ({ Id }) => {
      const look = await docker.getContainer(Id).inspect().catch(nullIfGone);
      if (look === null) return [];
      const { State, RestartCount } = look;
      return [`${Id} ${State.Status} ${State.Pid} ${State.StartedAt} ${RestartCount}`];
    }),
  );
  return shown.flat().sort();
}

async function visitors(body: string, meanwhile: () => Promise<void>): Promise<number> {
  const said: string[] = [];
  let asking = true;
  const ask = async (keepalive: boolean) => {
    const answer = await fetch(`${origin}/`, { headers: { Host: 'shop.localhost' }, keepalive });
    return `${answer.status} ${await answer.text()}`;
  };
  const crowd = [true, true, false, false].map(async (kept) => {
    while (asking) said.push(await ask(kept).catch((error: unknown) => String(error)));
  });
  try {
    await meanwhile();
  } finally {
    asking = false;
    await Promise.all(crowd);
  }
  expect([...new Set(said)]).toEqual([`200 ${body}`]);
  return said.length;
}

test('containers_outlive_an_upgrade_and_one_that_goes_back_and_no_request_is_lost', async () => {
  await deploy('v1');
  const before = await containers();
  expect(before.filter((each) => each.includes(' running '))).toHaveLength(2);
  const first = await serverPid();
  const asked = await visitors('v1', async () => {
    writeFileSync(next, Buffer.concat([readFileSync(windlassFile), Buffer.from('!')]));
    expect(await run('upgrade', next)).toMatchObject({ code: 0 });
    await gone(first);
    const second = await serverPid();
    expect(second).not.toBe(first);
    expect(await containers()).toEqual(before);

    writeFileSync(next, '#!/bin/sh\n[ "$1" = version ] && echo \'{"client":"9.9.9"}\' && exit 0\nexit 7\n');
    chmodSync(next, 0o755);
    const bad = await run('upgrade', next);
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.out)).toMatchObject({ state: 'went-back', to: '9.9.9' });
    await gone(second);
    expect(await containers()).toEqual(before);
  });
  expect(asked).toBeGreaterThan(200);
  const shown = await control.call('apps.get', { app: 'shop' });
  expect(shown.environments[0]).toMatchObject({ state: 'running', liveRelease: 1 });
}, 120_000);

test('the_server_that_took_over_minds_the_containers_it_found', async () => {
  const [killed] = await containers();
  await docker.getContainer(killed?.split(' ')[0] ?? '').kill();
  await until(async () => {
    const running = (await containers()).filter((each) => each.includes(' running '));
    return running.length === 2 && !running.includes(killed ?? '');
  }, 20_000);
  await visitors('v1', async () => undefined);
  await deploy('v2');
  await visitors('v2', async () => undefined);
}, 120_000);
