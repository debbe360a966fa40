/** Where apps come in: a port, and the connections to it. Own sockets, as on the way out: `Bun.serve` costs a call more. */

import type { Socket } from 'bun';
import { Client, type Handle } from './client.ts';

export interface Door {
  readonly port: number;
  /** Takes nobody any more; resolves when the last answer is sent, or `most` ms later. */
  close(most: number): Promise<void>;
}

export interface DoorOptions {
  hostname: string;
  /** 0 for any. */
  port: number;
  handle: Handle;
  /** Whether an address may connect at all. */
  admits?(address: string): boolean;
  /** ms; never jumps. */
  now(): number;
}

const sweepMs = 10_000;
const mostClients = 4096;

/** Throws where the port is taken. */
export function openDoor({ hostname, port, handle, admits, now }: DoorOptions): Door {
  const clients = new Map<Socket<Client | null>, Client>();
  let sweeping: Timer | undefined;
  let onEmpty: (() => void) | null = null;
  const sweep = () => {
    for (const client of clients.values()) client.sweep(now());
    if (clients.size > 0) return;
    clearInterval(sweeping);
    sweeping = undefined;
  };
  const leave = (socket: Socket<Client | null>) => {
    const client = clients.get(socket);
    clients.delete(socket);
    client?.gone();
    if (clients.size === 0) onEmpty?.();
  };
  const listener = Bun.listen<Client | null>({
    hostname,
    port,
    exclusive: true,
    data: null,
    socket: {
      open(socket) {
        if (clients.size >= mostClients || admits?.(socket.remoteAddress) === false) {
          socket.terminate();
          return;
        }
        const client = new Client(socket, handle);
        socket.data = client;
        clients.set(socket, client);
        sweeping ??= setInterval(sweep, sweepMs);
      },
      data: (socket, bytes) => socket.data?.received(bytes),
      drain: (socket) => socket.data?.drained(),
      close: leave,
      // Before its answer is whole that means it went away, as for nearly all clients it does.
      end(socket) {
        socket.end();
        leave(socket);
      },
      error: (socket) => {
        socket.terminate();
        leave(socket);
      },
    },
  });
  return {
    port: listener.port,
    async close(most) {
      listener.stop();
      for (const client of clients.values()) client.finish();
      if (clients.size > 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        onEmpty = resolve;
        const timer = setTimeout(resolve, most);
        await promise;
        clearTimeout(timer);
      }
      for (const socket of [...clients.keys()]) socket.terminate();
      listener.stop(true);
      clearInterval(sweeping);
    },
  };
}
