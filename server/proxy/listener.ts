/** Accepts client connections, up to a bound, and lets them finish when it stops. */

import type { SocketHandler } from 'bun';
import { ClientConnection } from './client-connection.ts';
import type { DataPathContext } from './context.ts';
import { ownPage } from './pages.ts';

export interface ListenOptions {
  readonly hostname: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Whether other sockets, of other processes too, may share the port. */
  readonly reusePort: boolean;
}

export class Listener {
  readonly #context: DataPathContext;
  readonly #connections = new Set<ClientConnection>();
  readonly #server: { readonly port: number; stop(): void };

  /** Throws what the system says where the port cannot be had (EADDRINUSE, EACCES). */
  constructor(context: DataPathContext, options: ListenOptions) {
    this.#context = context;
    this.#server = Bun.listen<ClientConnection>({
      ...options,
      // A client that sent its FIN must still get the end of an answer.
      allowHalfOpen: true,
      socket: this.#handler(),
    });
  }

  get port(): number {
    return this.#server.port;
  }

  get connections(): number {
    return this.#connections.size;
  }

  sweep(now: number): void {
    for (const connection of this.#connections) connection.sweep(now);
  }

  /** Accepts no more. Connections stay. */
  stopAccepting(): void {
    this.#server.stop();
  }

  closeIdle(): void {
    for (const connection of this.#connections) connection.closeIdle();
  }

  /** Cuts what is left. */
  abort(): void {
    for (const connection of [...this.#connections]) {
      connection.socketClosed();
      connection.abort();
    }
    this.#connections.clear();
  }

  #handler(): SocketHandler<ClientConnection> {
    const context = this.#context;
    const connections = this.#connections;
    return {
      open(socket) {
        if (connections.size >= context.limits.connections) {
          socket.write(
            ownPage('unavailable', { method: 'GET', accept: '', connection: 'Connection: close\r\n' }),
          );
          socket.end();
          return;
        }
        socket.data = new ClientConnection(socket, context, 'http');
        connections.add(socket.data);
      },
      data: (socket, chunk) => socket.data?.received(chunk),
      drain: (socket) => socket.data?.socketDrained(),
      end: (socket) => socket.data?.ended(),
      close(socket) {
        if (socket.data === undefined) return;
        connections.delete(socket.data);
        socket.data.socketClosed();
      },
      error(socket, error) {
        context.errorLog.error('a client connection failed', { error });
        socket.terminate();
      },
    };
  }
}
