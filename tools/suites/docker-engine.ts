/** An engine to test with: the machine's own where one answers, else one that is started here and ended afterwards. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBaseImages } from './base-images.ts';
import { single, type Tally } from './suite.ts';

const socket = '/var/run/docker.sock';
const startTimeoutMs = 60_000;

/** Runs `work` with an engine that has the base images. A machine without one fails the suite and says what it lacks. */
export async function withDocker(work: () => Promise<Tally>): Promise<Tally> {
  if (await answers()) return ready(work);
  if (process.getuid?.() !== 0) {
    return single(
      false,
      'no container engine answers; start Docker, or run this as root to have one started',
    );
  }
  const dockerd = Bun.which('dockerd');
  if (dockerd === null) {
    return single(false, 'there is no dockerd; install it with `apt-get install docker.io iptables`');
  }
  const folder = await mkdtemp(join(tmpdir(), 'dockerd-'));
  const engine = spawn(dockerd, [`--pidfile=${join(folder, 'pid')}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const words: string[] = [];
  engine.stderr?.on('data', (chunk: Buffer) => {
    words.push(chunk.toString());
    if (words.length > 50) words.shift();
  });
  try {
    if (!(await started(engine))) return single(false, `dockerd did not start:\n${words.join('')}`);
    return await ready(work);
  } finally {
    await ended(engine);
    await rm(folder, { recursive: true, force: true });
  }
}

async function ready(work: () => Promise<Tally>): Promise<Tally> {
  await ensureBaseImages();
  return work();
}

async function started(engine: ChildProcess): Promise<boolean> {
  const end = performance.now() + startTimeoutMs;
  while (performance.now() < end && engine.exitCode === null) {
    if (await answers()) return true;
    await Bun.sleep(100);
  }
  return false;
}

async function ended(engine: ChildProcess): Promise<void> {
  if (engine.exitCode !== null || engine.signalCode !== null) return;
  const gone = new Promise((resolve) => engine.once('exit', resolve));
  engine.kill('SIGTERM');
  await gone;
}

async function answers(): Promise<boolean> {
  try {
    return (await fetch('http://engine/_ping', { unix: socket, signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}
