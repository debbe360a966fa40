/** A whole server of a test's own, from source, with an app to deploy: what only shows when all parts meet. */

import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Deployment } from '../../../shared/deployer/model.ts';
import { type ControlClient, connectControl } from '../../kernel/control-client.ts';
import { packFolder } from '../sources/pack.ts';

export interface TestServer {
  readonly data: string;
  readonly control: ControlClient;
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** Deploys these files and resolves when it serves or has failed. */
  deploy(app: string, files: Readonly<Record<string, string>>, environment?: string): Promise<Deployment>;
  /** Asks an app by its own host, through the proxy. */
  get(app: string, path?: string, init?: RequestInit): Promise<Response>;
  /** Runs a verb against this server. */
  cli(...argv: string[]): Promise<{ code: number; out: string; err: string }>;
  /** Ends this process of the server (SIGTERM by default) and starts the next on the same data. */
  restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  stop(): Promise<void>;
}

const main = join(import.meta.dir, '..', '..', 'main.ts');

/** A server that answers with `WINDLASS_RELEASE` and whose watch is over at once. */
export const answering = `Bun.serve({ port: process.env.PORT, hostname: '127.0.0.1',
  fetch: () => new Response(process.env.WINDLASS_RELEASE) });`;

export const config = (more: object): string =>
  JSON.stringify({ start: 'bun server.js', health: { interval: 0.1, watch: 0 }, ...more });

/** `env` is added to the environment of the server. */
export async function startTestServer(env: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const data = mkdtempSync(join(tmpdir(), 'wl-'));
  const socket = join(data, 'control.sock');
  const argv = [
    process.execPath,
    main,
    'serve',
    '--data',
    data,
    '--socket',
    socket,
    '--http',
    '0',
    '--https',
    '0',
  ];
  const control = connectControl(socket);
  let child = await spawnServer(argv, env, control);
  let origin = '';
  const ready = async () => {
    const { http } = await control.call('server.info', {});
    origin = `http://127.0.0.1:${http?.split(':').at(-1)}`;
  };
  await ready();
  return {
    data,
    control,
    get origin() {
      return origin;
    },
    async deploy(app, files, environment = 'production') {
      const folder = mkdtempSync(join(tmpdir(), 'wl-app-'));
      try {
        for (const [path, text] of Object.entries(files)) {
          await mkdir(dirname(join(folder, path)), { recursive: true });
          await writeFile(join(folder, path), text);
        }
        const { stream } = await packFolder(folder);
        const { upload } = await control.upload('uploads.create', {}, stream);
        const source = { kind: 'upload' as const, upload, from: 'a test' };
        const { id } = await control.call('deployments.create', { app, environment, source });
        return await control.stream('deployments.follow', { id }, () => {});
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    get: (app, path = '/', init) =>
      fetch(`${origin}${path}`, { ...init, headers: { host: `${app}.localhost` }, keepalive: false }),
    async cli(...args) {
      const verb = Bun.spawn([process.execPath, main, ...args], {
        env: { ...process.env, WINDLASS_SOCKET: socket },
        stdin: 'ignore',
        stdout: 'pipe',
        stderr: 'pipe',
      });
      const [out, err, code] = await Promise.all([verb.stdout.text(), verb.stderr.text(), verb.exited]);
      return { code, out, err };
    },
    async restart(signal = 'SIGTERM') {
      child.kill(signal);
      await child.exited;
      child = await spawnServer(argv, env, control);
      await ready();
    },
    async stop() {
      child.kill('SIGINT');
      await child.exited;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Polls until `look` answers something; a claim that does not come true fails within `ms`. */
export async function until<T>(look: () => T | Promise<T>, ms = 8000): Promise<NonNullable<T>> {
  const end = performance.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found as NonNullable<T>;
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${look}`);
    await Bun.sleep(20);
  }
}

async function spawnServer(argv: string[], env: Readonly<Record<string, string>>, control: ControlClient) {
  const child = Bun.spawn(argv, {
    env: { ...process.env, ...env },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
  });
  await until(() =>
    control.call('server.info', {}).then(
      () => true,
      () => {
        if (child.exitCode !== null) throw new Error('the server ended');
        return false;
      },
    ),
  );
  return child;
}
