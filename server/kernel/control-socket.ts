/** The control socket: HTTP over a unix socket that only its owner may open. The one way to drive the server. */

import { chmodSync, existsSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { WindlassError } from '../../shared/errors.ts';
import { type Contract, wire } from '../../shared/rpc.ts';
import { answer, type LooseHandler } from './control-answer.ts';
import { codeOf, explainDiskError } from './disk-error.ts';
import type { Log } from './log.ts';

export interface ControlSocketOptions {
  path: string;
  /** The block of the contract that has the method, where there is such a method. */
  blockOf(method: string): Promise<Contract> | undefined;
  /** Of all features together. A method without one answers `internal`. */
  handlers: Readonly<Record<string, unknown>>;
  log: Log;
  /** Default `wire.heartbeatMs`. */
  heartbeatMs?: number;
  /** Characters of events that a slow reader may leave unread. Default 16 M. */
  mostUnread?: number;
}

export interface ControlSocket {
  /** Takes no new request, aborts streams, lets calls end for `graceMs`, then cuts what is left. */
  stop(graceMs?: number): Promise<void>;
}

/** `sockaddr_un.sun_path` of Linux less its final zero; macOS has 103. */
const longestPath = process.platform === 'darwin' ? 103 : 107;

/**
 * Listens on `path` with the permissions 0600 from the first moment on. A socket file that nobody serves is replaced;
 * a live one is refused with `WindlassError('conflict')`.
 */
export async function createControlSocket(options: ControlSocketOptions): Promise<ControlSocket> {
  const { path, blockOf, log } = options;
  await makeRoom(path);
  const handlers = new Map(Object.entries<LooseHandler>(options.handlers as Record<string, LooseHandler>));
  const stopping = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>) => {
    underWay.add(work);
    work.finally(() => underWay.delete(work)).catch(() => undefined);
  };
  const parts = {
    blockOf,
    handlers,
    log,
    stopping: stopping.signal,
    heartbeatMs: options.heartbeatMs ?? wire.heartbeatMs,
    mostUnread: options.mostUnread ?? 16_000_000,
    track,
  };
  const server = listen(path, (request) => {
    const answered = answer(request, parts);
    track(answered);
    return answered;
  });
  log.debug('the control socket listens', { path });
  return {
    async stop(graceMs = 5000) {
      const closed = server.stop(false);
      stopping.abort();
      const grace = Promise.withResolvers<void>();
      const timer = setTimeout(grace.resolve, graceMs);
      await Promise.race([Promise.allSettled([closed, ...underWay]), grace.promise]);
      clearTimeout(timer);
      await server.stop(true);
    },
  };
}

function listen(path: string, fetch: (request: Request) => Promise<Response>): Bun.Server<undefined> {
  const mask = process.umask(0o177);
  try {
    // The types know `idleTimeout` for TCP only, but without it Bun cuts unix connections too after 10 silent seconds:
    // an upload over a slow line, a stream between its heartbeats. `server.timeout(request, 0)` helps calls alone.
    const untimed: object = { idleTimeout: 0 };
    return Bun.serve({
      unix: path,
      // Uploads are as large as apps are.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      development: false,
      fetch,
      ...untimed,
    });
  } catch (error) {
    throw codeOf(error) === 'EADDRINUSE'
      ? conflict(path)
      : explainDiskError(error, `cannot listen on ${path}`);
  } finally {
    process.umask(mask);
  }
}

/** Makes the folder where it is missing and removes the socket file that a dead server left. */
async function makeRoom(path: string): Promise<void> {
  if (Buffer.byteLength(path) > longestPath) {
    throw new WindlassError(
      'invalid',
      `the socket path ${path} is longer than the ${longestPath} bytes a system allows`,
      {
        hint: 'Choose a shorter one with --socket.',
      },
    );
  }
  try {
    if (!existsSync(dirname(path))) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      chmodSync(dirname(path), 0o700);
    }
  } catch (error) {
    throw explainDiskError(error, `cannot make the folder of ${path}`);
  }
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    return;
  }
  if (!found.isSocket()) {
    throw new WindlassError('conflict', `${path} is there already and is no socket`, {
      hint: 'Move it away, or choose another path with --socket.',
    });
  }
  if (await isServed(path)) {
    throw conflict(path);
  }
  // Another server may have replaced the dead one's file since.
  if (lstatSync(path, { throwIfNoEntry: false })?.ino === found.ino) {
    unlinkSync(path);
  }
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      socket.destroy();
      resolve(false);
    });
  });
}

function conflict(path: string): WindlassError {
  return new WindlassError('conflict', `another server answers at ${path}`, {
    hint: 'Stop that one first, or choose another path with --socket.',
  });
}
