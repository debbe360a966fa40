/** The server of this computer: the same file, as a child of the desktop. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { WindlassError } from '../../shared/errors.ts';
import { connectUnix } from './control-client.ts';

export interface LocalServer {
  readonly socket: string;
  status(): { kind: 'stopped' } | { kind: 'running'; pid: number } | { kind: 'unsupported'; message: string };
  /** Resolves once it answers. */
  start(): Promise<void>;
  /** Ends it and its apps. */
  stop(): Promise<void>;
}

const startMs = 15_000;
const endMs = 20_000;
const usualPorts = { http: 8080, https: 8443 };
/** Characters kept of what it says while it starts. */
const mostSaid = 4000;

/**
 * `program` is the compiled file for this computer, null where none came along; `folder` is for its data;
 * `onEnd` is told of every end, a crash as well as one that was asked for.
 */
export function createLocalServer(program: string | null, folder: string, onEnd: () => void): LocalServer {
  const socket = join(folder, 'control.sock');
  let child: ChildProcess | null = null;
  const ended = (of: ChildProcess) =>
    new Promise<void>((resolve) => {
      if (of.exitCode !== null || of.signalCode !== null) resolve();
      else of.once('exit', () => resolve());
    });
  const start = async () => {
    if (program === null) {
      throw new WindlassError('unavailable', 'this desktop has no server for this computer', {
        hint: 'Add a server you reach by ssh.',
      });
    }
    if (child !== null) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const [http, https] = await Promise.all([freeOr(usualPorts.http), freeOr(usualPorts.https)]);
    const ports = ['--http', String(http), '--https', String(https)];
    const started = spawn(program, ['serve', '--data', folder, ...ports], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    // Read to its end: a full pipe would stop the server.
    started.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-mostSaid);
    });
    child = started;
    let failed: unknown = null;
    started.once('error', (error) => {
      failed = error;
    });
    started.once('exit', () => {
      if (child !== started) return;
      child = null;
      onEnd();
    });
    for (const until = Date.now() + startMs; ; ) {
      const stream = await connectUnix(socket).catch(() => null);
      if (stream !== null) {
        stream.destroy();
        return;
      }
      if (failed !== null || child === null || Date.now() > until) {
        started.kill('SIGKILL');
        child = null;
        const why = /^error: (.*)$/m.exec(said)?.[1];
        throw new WindlassError(
          'failed',
          `the server of this computer did not start${why === undefined ? '' : `: ${why}`}`,
          { hint: `Another one may use ${folder}.`, cause: failed ?? said },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return {
    socket,
    status() {
      if (program === null) {
        return { kind: 'unsupported', message: 'no file for this computer came with the desktop' };
      }
      return child?.pid === undefined ? { kind: 'stopped' } : { kind: 'running', pid: child.pid };
    },
    start,
    async stop() {
      const running = child;
      if (running === null) return;
      running.kill('SIGINT');
      const timer = setTimeout(() => running.kill('SIGKILL'), endMs);
      await ended(running);
      clearTimeout(timer);
      child = null;
    },
  };
}

/** 0, which is any free one, where another program has it. */
async function freeOr(port: number): Promise<number> {
  return (await isFree(port)) ? port : 0;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '0.0.0.0', () => probe.close(() => resolve(true)));
  });
}
