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
      // Without rules in the machine's firewall; ports are published by a proxy process then.
      const argv = [
        `--host=unix://${socket}`,
        `--data-root=${join(folder, 'data')}`,
        `--exec-root=${join(folder, 'exec')}`,
        `--pidfile=${join(folder, 'pid')}`,
        '--bridge=none',
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
      await own.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return own;
}
