/** Takes over what forwarders do not answer: a socket of this user's alone, and a listener to the data path like any other. */

import { chmodSync, rmSync } from 'node:fs';
import type { Socket } from 'bun';
import { ClientConnection } from '../client-connection.ts';
import type { Connection } from '../connection.ts';
import type { DataPathContext } from '../context.ts';
import type { Door } from '../door.ts';
import { Sweep } from '../sweep.ts';
import { maxPreface, type Preface, parsePreface } from './preface.ts';
import { RelayedSocket } from './relayed-socket.ts';

/** Cuts remembered. */
const mostCuts = 4_096;

/** Until it is known who the client is. A forwarder says it at once. */
class Unintroduced implements Connection {
  #line = Buffer.alloc(0);
  readonly idle = false;

  constructor(
    private readonly socket: Socket<Connection>,
    private readonly introduce: (preface: Preface, rest: Buffer) => void,
  ) {}

  received(chunk: Buffer): void {
    this.#line = Buffer.concat([this.#line, chunk]);
    const end = this.#line.indexOf('\n');
    if (end === -1 && this.#line.length < maxPreface) return;
    const preface = parsePreface(this.#line.toString('latin1', 0, Math.max(0, end)));
    if (preface === null) this.abort();
    else this.introduce(preface, this.#line.subarray(end + 1));
  }

  socketDrained(): void {}
  socketClosed(): void {}
  sweep(): void {}

  ended(): void {
    this.abort();
  }

  closeIdle(): void {
    this.abort();
  }

  abort(): void {
    this.socket.terminate();
  }
}

export class RelayDoor implements Door {
  readonly #context: DataPathContext;
  readonly #path: string;
  readonly #open = new Map<Connection, Preface>();
  readonly #sweep: Sweep;
  /** Connections that were cut here, until their forwarder asks. */
  readonly #cut = new Set<number>();
  readonly #server: { stop(): void };

  /** Throws what the system says where the socket cannot be made. */
  constructor(context: DataPathContext, path: string) {
    this.#context = context;
    this.#path = path;
    this.#sweep = new Sweep({ [Symbol.iterator]: () => this.#open.keys() }, context.clock);
    rmSync(path, { force: true });
    this.#server = Bun.listen<Connection>({
      unix: path,
      allowHalfOpen: true,
      socket: {
        open: (socket) => {
          socket.data = new Unintroduced(socket, (preface, rest) => this.#enter(socket, preface, rest));
        },
        data: (socket, chunk) => socket.data.received(chunk),
        drain: (socket) => socket.data.socketDrained(),
        end: (socket) => socket.data.ended(),
        close: (socket) => this.#leave(socket.data),
        error(socket, error) {
          context.errorLog.error('a connection from a forwarder failed', { error });
          socket.terminate();
        },
      },
    });
    chmodSync(path, 0o600);
  }

  get connections(): number {
    return this.#open.size;
  }

  sweep(now: number): void {
    this.#sweep.begin(now);
  }

  stopAccepting(): void {
    this.#server.stop();
    rmSync(this.#path, { force: true });
  }

  closeIdle(): void {
    for (const connection of this.#open.keys()) connection.closeIdle();
  }

  /** Ends what waits for a request, of a forwarder that is to go. */
  closeIdleOf(forwarder: number): void {
    for (const [connection, { from }] of this.#open) if (from === forwarder) connection.closeIdle();
  }

  abort(): void {
    for (const connection of [...this.#open.keys()]) {
      connection.socketClosed();
      connection.abort();
    }
    this.#open.clear();
  }

  /** Whether the connection was cut; asked once for each that ended. */
  wasCut(id: number): boolean {
    return this.#cut.delete(id);
  }

  #enter(socket: Socket<Connection>, preface: Preface, rest: Buffer): void {
    const { room } = this.#context;
    // Its place was counted where it came in; here only what it lets wait is.
    room.enter(preface.remoteAddress, false, 'in-place-of-another');
    const relayed = new RelayedSocket(socket, preface, () => this.#noteCut(preface.id));
    const connection = new ClientConnection(relayed, this.#context, preface.scheme);
    socket.data = connection;
    this.#open.set(connection, preface);
    if (rest.length > 0) connection.received(rest);
  }

  #noteCut(id: number): void {
    this.#cut.add(id);
    // Whose client went away at the same moment is never asked for.
    const [oldest] = this.#cut;
    if (this.#cut.size > mostCuts && oldest !== undefined) this.#cut.delete(oldest);
  }

  #leave(connection: Connection): void {
    const preface = this.#open.get(connection);
    if (preface === undefined) return;
    this.#open.delete(connection);
    this.#context.room.leave(preface.remoteAddress);
    connection.socketClosed();
  }
}
