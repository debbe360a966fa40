/** For tests that stop and restart an engine: one of their own, with its own socket and data, beside the machine's. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface OwnEngine {
  readonly socket: string;
  start(): Promise<void>;
  /** SIGTERM, as a service manager does; containers end with it. */
  stop(): Promise<void>;
  /** Makes the image `tiny`: a static busybox and nothing else. */
  makeTiny(): Promise<void>;
  /** Ends it and removes all it has. */
  close(): Promise<void>;
}

const startMs = 30_000;

export function createOwnEngine(): OwnEngine {
  const folder = mkdtempSync(join(tmpdir(), 'dockerd-'));
  const socket = join(folder, 'docker.sock');
  const bridge = `wlt${process.pid}`;
  let engine: ChildProcess | null = null;
  let words: string[] = [];

  const answers = async (): Promise<boolean> => {
    try {
      return (await fetch('http://engine/_ping', { unix: socket, signal: AbortSignal.timeout(1000) })).ok;
    } catch {
      return false;
    }
  };
  const own: OwnEngine = {
    socket,
    async start() {
      await makeBridge(bridge);
      // Without rules in the machine's firewall; ports are published by a proxy process then.
      const argv = [
        `--host=unix://${socket}`,
        `--data-root=${join(folder, 'data')}`,
        `--exec-root=${join(folder, 'exec')}`,
        `--pidfile=${join(folder, 'pid')}`,
        // With none it takes away the machine's; with an address pool of its own it does so at a restart.
        `--bridge=${bridge}`,
        '--iptables=false',
        '--ip6tables=false',
        '--ip-forward=false',
        '--ip-masq=false',
      ];
      words = [];
      const started = spawn('dockerd', argv, { stdio: ['ignore', 'ignore', 'pipe'] });
      started.stderr?.on('data', (chunk: Buffer) => {
        words.push(chunk.toString());
        if (words.length > 50) words.shift();
      });
      engine = started;
      const end = performance.now() + startMs;
      while (!(await answers())) {
        if (started.exitCode !== null || performance.now() > end) {
          throw new Error(`dockerd did not start:\n${words.join('')}`);
        }
        await Bun.sleep(50);
      }
    },
    async stop() {
      if (engine === null || engine.exitCode !== null) return;
      const gone = new Promise((resolve) => engine?.once('exit', resolve));
      engine.kill('SIGTERM');
      await gone;
      engine = null;
    },
    async makeTiny() {
      const root = join(folder, 'tiny');
      await mkdir(join(root, 'tmp'), { recursive: true });
      await cp('/bin/busybox', join(root, 'busybox'));
      const archive = Bun.spawn(['tar', '-C', root, '-c', '.'], { stdout: 'pipe' });
      const answer = await fetch('http://engine/images/create?fromSrc=-&repo=tiny&tag=latest', {
        unix: socket,
        method: 'POST',
        body: await new Response(archive.stdout).arrayBuffer(),
      });
      const text = await answer.text();
      if (!answer.ok || text.includes('"error"')) throw new Error(`the image was not made: ${text}`);
    },
    async close() {
      await removeNetworks(socket);
      await own.stop();
      await Bun.$`ip link delete ${bridge}`.nothrow().quiet();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return own;
}

async function makeBridge(name: string): Promise<void> {
  if ((await Bun.$`ip link show ${name}`.nothrow().quiet()).exitCode === 0) return;
  await Bun.$`ip link add name ${name} type bridge`.quiet();
  await Bun.$`ip address add 10.214.0.1/24 dev ${name}`.quiet();
  await Bun.$`ip link set ${name} up`.quiet();
}

/** An engine that ends leaves the bridges of its networks to the machine. */
async function removeNetworks(socket: string): Promise<void> {
  const answer = await fetch('http://engine/networks?filters={"type":["custom"]}', { unix: socket });
  for (const { Id } of (await answer.json()) as { Id: string }[]) {
    await fetch(`http://engine/networks/${Id}`, { unix: socket, method: 'DELETE' });
  }
}
