/** Bytes both ways between a pair of pipes and a unix socket, until either side is done. */

import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { explainConnection } from '../kernel/control-client.ts';

/** Resolves when the socket's side has ended; rejects with `WindlassError` where nobody answers at `path`. */
export function bridge(path: string, from: Readable, to: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    let reached = false;
    socket.once('connect', () => {
      reached = true;
      from.pipe(socket);
      socket.pipe(to, { end: false });
    });
    socket.once('error', (error) => {
      if (!reached) reject(explainConnection(error, path));
    });
    socket.once('close', () => {
      from.unpipe(socket);
      resolve();
    });
    // The reader went away: nobody is left to answer.
    to.once('error', () => socket.destroy());
    from.once('error', () => socket.destroy());
  });
}
