/** A reverse proxy to compare with: where it listens, which process it is. */

import { connect } from 'node:net';
import type { Defer } from '../bench.ts';
import { type Child, mustRun } from '../machine/child.ts';
import { until } from '../until.ts';

export interface Peer {
  readonly name: string;
  readonly port: number;
  /** The first of its processes; the others descend from it. */
  readonly pid: number;
}

export interface PeerOptions {
  /** For its configuration and logs. */
  folder: string;
  port: number;
  /** `host:port` of the app. */
  upstream: string;
  /** What to put before its command, e.g. from `pinned`. */
  wrap(argv: readonly string[]): string[];
  defer: Defer;
  /** Speaks TLS with this pair of files. */
  tls?: { cert: string; key: string };
}

/** Resolves when something listens on the port. */
export async function untilListening(name: string, port: number, child: Child): Promise<void> {
  await until(`${name} listens`, async () => {
    await mustRun(name, child);
    return (await connects(port)) ? true : null;
  });
}

function connects(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1');
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
