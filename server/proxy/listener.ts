/** Accepts client connections, up to a bound, and lets them finish when it stops. */

import type { Socket, SocketHandler } from 'bun';
import { ClientConnection } from './client-connection.ts';
import type { Connection } from './connection.ts';
import type { DataPathContext } from './context.ts';
import type { Door } from './door.ts';
import { LateConnection } from './http2/late-connection.ts';
import { ownPage } from './pages.ts';
import { Sweep } from './sweep.ts';
import { Handshake } from './tls/handshake.ts';
import { ciphers, protocols, secureOptions, type TlsContexts } from './tls/tls-contexts.ts';
import { boundUnsent } from './unsent-bound.ts';

export interface ListenOptions {
  readonly hostname: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Whether other sockets, of other processes too, may share the port. */
  readonly reusePort: boolean;
  /** Speaks TLS where given. */
  readonly tls?: TlsContexts;
}

/** `serverName`, as `node:tls` itself hands it to the runtime: which side of TLS to show to who asks for `name`. */
interface NamedHandler extends SocketHandler<Connection> {
  serverName?(listener: unknown, name: string): object | undefined;
}

export class Listener implements Door {
  readonly #context: DataPathContext;
  readonly #connections = new Set<Connection>();
  readonly #sweep: Sweep;
  /** Of those that have a place: a socket that is closed no longer knows its own. */
  readonly #addresses = new WeakMap<Socket<Connection>, string>();
  readonly #server: { readonly port: number; stop(): void };

  /** Throws what the system says where the port cannot be had (EADDRINUSE, EACCES). */
  constructor(context: DataPathContext, { tls, ...where }: ListenOptions) {
    this.#context = context;
    this.#sweep = new Sweep(this.#connections, context.clock);
    this.#server = Bun.listen<Connection>({
      ...where,
      // A client that sent its FIN must still get the end of an answer.
      allowHalfOpen: true,
      socket: tls === undefined ? this.#plain() : this.#secure(tls),
      ...(tls === undefined ? {} : { tls: namelessTls(tls) }),
    });
    if (!boundUnsent(descriptorOf(this.#server))) {
      context.errorLog.debug('what clients do not read is only bounded by the system');
    }
  }

  get port(): number {
    return this.#server.port;
  }

  get connections(): number {
    return this.#connections.size;
  }

  sweep(now: number): void {
    this.#sweep.begin(now);
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

  #plain(): SocketHandler<Connection> {
    const context = this.#context;
    return {
      ...this.#common(),
      open: (socket) => {
        if (!this.#enter(socket)) {
          socket.write(
            ownPage('unavailable', { method: 'GET', accept: '', connection: 'Connection: close\r\n' }),
          );
          socket.end();
          return;
        }
        this.#become(socket, new ClientConnection(socket, context, 'http'));
      },
    };
  }

  #secure(tls: TlsContexts): NamedHandler {
    const context = this.#context;
    return {
      ...this.#common(),
      serverName: (_listener, name) => {
        try {
          return tls.find(name) ?? undefined;
        } catch (error) {
          context.errorLog.error('a certificate cannot be used', { host: name, error });
          return undefined;
        }
      },
      open: (socket) => {
        if (!this.#enter(socket)) socket.terminate();
        else this.#become(socket, new Handshake(socket, context.now, context.limits.handshakeMs));
      },
      handshake: (socket, success) => {
        if (!success) {
          // Not by a reset, which would take the alert along that says why.
          socket.end();
          return;
        }
        this.#become(
          socket,
          socket.alpnProtocol === 'h2'
            ? new LateConnection(socket, context)
            : new ClientConnection(socket, context, 'https'),
        );
      },
    };
  }

  #common(): SocketHandler<Connection> {
    const context = this.#context;
    return {
      data: (socket, chunk) => socket.data?.received(chunk),
      drain: (socket) => socket.data?.socketDrained(),
      end: (socket) => socket.data?.ended(),
      close: (socket) => {
        if (socket.data === undefined) return;
        this.#connections.delete(socket.data);
        context.room.leave(this.#addresses.get(socket) ?? '');
        socket.data.socketClosed();
      },
      error(socket, error) {
        // What a client does to its own TLS is no fault of ours.
        if (!isTlsFault(error)) context.errorLog.error('a client connection failed', { error });
        socket.terminate();
      },
    };
  }

  /** Whether there is a place for it. Where all are taken, one that waits for a request gives way. */
  #enter(socket: Socket<Connection>): boolean {
    const { room, trusted, turnedAway } = this.#context;
    const address = addressOf(socket);
    const bounded = !trusted.has(address);
    let entry = room.enter(address, bounded);
    if (entry === 'full' && this.#cutOldestIdle())
      entry = room.enter(address, bounded, 'in-place-of-another');
    if (entry === 'fine') {
      this.#addresses.set(socket, address);
      return true;
    }
    turnedAway.note(entry === 'full' ? 'connections' : 'connections-of-one');
    return false;
  }

  #cutOldestIdle(): boolean {
    let looked = 0;
    for (const connection of this.#connections) {
      if (connection.idle) {
        connection.abort();
        return true;
      }
      if (++looked >= mostLooked) return false;
    }
    return false;
  }

  #become(socket: Socket<Connection>, connection: Connection): void {
    if (socket.data !== undefined) this.#connections.delete(socket.data);
    socket.data = connection;
    this.#connections.add(connection);
  }
}

/** -1 where the runtime does not say. */
function descriptorOf(server: object): number {
  return 'fd' in server && typeof server.fd === 'number' ? server.fd : -1;
}

/** Connections looked at for one that is idle: finding none must not cost much, as it happens under attack. */
const mostLooked = 64;

/** Without the IPv4-in-IPv6 prefix. */
function addressOf(socket: Socket<Connection>): string {
  const peer = socket.remoteAddress;
  return peer.startsWith('::ffff:') ? peer.slice(7) : peer;
}

/** As the protocol writes it; a runtime without this option would offer TLS 1.0 to clients without a name. */
const tls12 = 0x0303;

function namelessTls(tls: TlsContexts): Bun.TLSOptions {
  const { chain, key } = tls.nameless;
  return { cert: chain, key, ciphers, secureOptions, ALPNProtocols: protocols, ...{ minVersion: tls12 } };
}

function isTlsFault(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  return code === 'EPROTO' || code === 'ECONNRESET' || code.startsWith('ERR_SSL');
}
