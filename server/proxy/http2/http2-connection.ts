/** A client's HTTP/2 connection: what it sends is read in turns, and each stream is a request of the data path. */

import type { ClientSocket } from '../client-socket.ts';
import type { Connection } from '../connection.ts';
import type { DataPathContext } from '../context.ts';
import { FrameLine } from './frame-line.ts';
import { Session } from './session.ts';

/** What is not gone so long after the last word is cut: a client that does not listen would hold it for ever. */
const goodbyeMs = 1_000;
/** What was made for streams is kept for so long for the next ones. */
const keptMs = 2_000;

export class Http2Connection implements Connection {
  readonly #context: DataPathContext;
  readonly #socket: ClientSocket;
  readonly #session: Session;
  readonly #line: FrameLine;
  /** Since when no stream is open, monotonic ms; 0 while one is. */
  #idleSince: number;
  /** Since when it only waits for the client to go, monotonic ms. */
  #closedSince = 0;

  constructor(socket: ClientSocket, context: DataPathContext) {
    this.#context = context;
    this.#socket = socket;
    this.#idleSince = context.now;
    this.#session = new Session(socket, context);
    const { remoteAddress } = socket;
    const client = remoteAddress.startsWith('::ffff:') ? remoteAddress.slice(7) : remoteAddress;
    this.#line = new FrameLine(context, context.room.share(client).frames, {
      read: (chunk) => this.#session.read(chunk),
      end: () => this.#leave(),
      pause: () => socket.pause(),
      resume: () => socket.resume(),
    });
  }

  received(chunk: Buffer): void {
    this.#line.received(chunk);
  }

  socketDrained(): void {
    this.#session.streams.drained();
  }

  ended(): void {
    this.#line.ended();
  }

  socketClosed(): void {
    this.#line.forget();
    this.#session.cut(null);
  }

  sweep(now: number): void {
    const { streams } = this.#session;
    if (this.#session.closed) {
      if (this.#closedSince === 0) this.#closedSince = now;
      else if (now - this.#closedSince > goodbyeMs) this.abort();
      return;
    }
    streams.sweep(now);
    if (streams.count > 0) {
      this.#idleSince = 0;
      return;
    }
    if (this.#idleSince === 0) this.#idleSince = now;
    const idle = now - this.#idleSince;
    if (idle > keptMs) streams.forgetUsed();
    if (idle > this.#context.limits.idleMs + goodbyeMs) this.abort();
    else if (idle > this.#context.limits.idleMs) this.closeIdle();
  }

  get idle(): boolean {
    return this.#session.streams.count === 0;
  }

  /** Says that no new stream is taken (GOAWAY); those under way finish, then the connection ends. */
  closeIdle(): void {
    this.#session.close();
  }

  abort(): void {
    this.#session.cut(null);
    this.#socket.terminate();
  }

  /** The client says no more: before its answers are whole that means it went away, as for nearly all clients it does. */
  #leave(): void {
    this.#session.cut(null);
    this.#socket.end();
  }
}
