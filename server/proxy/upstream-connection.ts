/** One connection to an app: carries one request after the other, and reads where each answer ends. */

import type { Socket, SocketHandler } from 'bun';
import type { Target } from '../../shared/proxy/backend.ts';
import { type Body, responseBody } from './http1/body.ts';
import { textOf } from './http1/latin1.ts';
import { parseResponseHead, type ResponseHead } from './http1/response-head.ts';
import { Outbox } from './outbox.ts';
import type { Way } from './shortcuts.ts';

/** Why an answer did not come, or not all of it. */
export type UpstreamFailure =
  /** No connection was made. */
  | 'refused'
  /** It ended, or was cut, before the answer was whole. */
  | 'died'
  /** What came is not HTTP. */
  | 'garbled';

/** Who waits for the answer. Bytes handed over belong to the receiver. */
export interface UpstreamUser {
  readonly method: string;
  /** Whether the pieces of a chunked body are to be noted (see `Body.takePieces`). */
  readonly wantsPieces: boolean;
  /** The connection can be written to. */
  onConnected(): void;
  /** An interim answer (1xx); the real one is still to come. */
  onInterim(head: ResponseHead): void;
  /** The head, and the body's first bytes: `bytes` from `start` to `end`. `body.done` where that was all. */
  onHead(head: ResponseHead, body: Body, bytes: Buffer, start: number, end: number): void;
  onBody(body: Body, bytes: Buffer, start: number, end: number): void;
  /** The answer ended with the connection, as its framing allows. */
  onEnd(): void;
  onFailure(failure: UpstreamFailure): void;
  /** One of the calls above threw: a bug. `onFailure` follows. */
  onBug(error: Error): void;
  /** The app took what waited in the outbox. */
  onUpstreamDrain(): void;
}

/** Longest head of an answer, in bytes. */
const maxHead = 65_536;

export class UpstreamConnection {
  #socket: Socket<UpstreamConnection> | null = null;
  #outbox: Outbox | null = null;
  #user: UpstreamUser | null = null;
  #partial = '';
  #head: ResponseHead | null = null;
  #body: Body | null = null;
  #closed = false;
  #surplus = false;
  /** Requests answered on it so far. */
  served = 0;
  /** When it became idle, in ms of the monotonic clock; kept by the pool. */
  idleSince = 0;
  /** Told once when the connection is gone. */
  onGone: ((connection: UpstreamConnection) => void) | null = null;

  private constructor(
    readonly target: Target,
    readonly way: Way | null,
  ) {}

  /** Connects, by `way` where there is one; `user` hears `onConnected` or `onFailure('refused')`, never before this returns. */
  static open(target: Target, way: Way | null, user: UpstreamUser): UpstreamConnection {
    const connection = new UpstreamConnection(target, way);
    way?.opening.add(connection);
    connection.#user = user;
    Bun.connect<UpstreamConnection>({
      hostname: (way ?? target).host,
      port: (way ?? target).port,
      data: connection,
      socket: handler,
    }).catch(() => {
      // `connectError` was told already; this only covers a failure before there was a socket.
      connection.failed('refused');
    });
    return connection;
  }

  get outbox(): Outbox {
    if (this.#outbox === null) throw new Error('written to before it was connected');
    return this.#outbox;
  }

  /** True where a byte of an answer has come that was not yet whole. */
  get answering(): boolean {
    return this.#partial !== '' || this.#head !== null;
  }

  /** Whether another request may be sent on it once the present one is answered. */
  get reusable(): boolean {
    return !this.#closed && !this.#surplus && this.#head?.keepsAlive === true && this.#body?.done === true;
  }

  /** Gives an idle connection a new user. */
  use(user: UpstreamUser): void {
    this.#user = user;
  }

  /** Takes it from its user after a whole answer; it hears nothing more. */
  release(): void {
    this.#user = null;
    this.#head = null;
    this.#body = null;
    this.served++;
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  /** Ends it at once, whatever it does; its user hears nothing more. The app sees a reset. */
  abort(): void {
    this.#user = null;
    this.#closed = true;
    this.way?.opening.delete(this);
    this.#socket?.terminate();
  }

  /** Ends an idle connection cleanly. */
  close(): void {
    this.#user = null;
    this.#closed = true;
    this.#socket?.end();
  }

  get closed(): boolean {
    return this.#closed;
  }

  opened(socket: Socket<UpstreamConnection>): void {
    if (this.#closed) {
      socket.terminate();
      return;
    }
    this.way?.opening.delete(this);
    this.#socket = socket;
    this.#outbox = new Outbox(socket);
    this.#user?.onConnected();
  }

  drained(): void {
    if (this.#outbox?.flush() === true) this.#user?.onUpstreamDrain();
  }

  /** `error` is set where the connection was cut rather than ended. */
  ended(error: Error | undefined): void {
    this.#closed = true;
    this.onGone?.(this);
    const user = this.#user;
    if (user === null) return;
    if (error === undefined && this.#body?.framing === 'until-close') {
      this.#user = null;
      user.onEnd();
    } else {
      this.failed('died');
    }
  }

  failed(failure: UpstreamFailure): void {
    const user = this.#user;
    this.abort();
    user?.onFailure(failure);
  }

  threw(error: Error): void {
    this.#user?.onBug(error);
    this.failed('died');
  }

  received(chunk: Buffer): void {
    if (this.#user === null) {
      // Nobody asked: an answer out of turn must never reach the next request.
      this.abort();
      return;
    }
    if (this.#head === null) this.#readHead(chunk, 0);
    else this.#readBody(chunk);
  }

  #readHead(chunk: Buffer, start: number): void {
    const before = this.#partial.length;
    const text = this.#partial + textOf(chunk, start, start + maxHead);
    const end = text.indexOf('\r\n\r\n', Math.max(0, before - 3));
    if (end === -1 || end > maxHead) {
      if (text.length >= maxHead) this.failed('garbled');
      else this.#partial = text;
      return;
    }
    this.#partial = '';
    const head = parseResponseHead(text, end + 2);
    const user = this.#user;
    if (head === null || head.status === 101 || user === null) {
      this.failed('garbled');
      return;
    }
    const rest = start + end + 4 - before;
    if (head.status < 200) {
      user.onInterim(head);
      if (this.#user === user && rest < chunk.length) this.#readHead(chunk, rest);
      return;
    }
    this.#head = head;
    const body = responseBody(user.method, head);
    this.#body = body;
    if (user.wantsPieces) body.notePieces();
    const stop = body.take(chunk, rest, chunk.length);
    this.#surplus = stop < chunk.length;
    if (body.bad) this.failed('garbled');
    else user.onHead(head, body, chunk, rest, stop);
  }

  #readBody(chunk: Buffer): void {
    const body = this.#body;
    const user = this.#user;
    if (body === null || user === null) return;
    const stop = body.take(chunk, 0, chunk.length);
    if (stop < chunk.length) this.#surplus = true;
    if (body.bad) this.failed('garbled');
    else user.onBody(body, chunk, 0, stop);
  }
}

const handler: SocketHandler<UpstreamConnection> = {
  open: (socket) => socket.data.opened(socket),
  data: (socket, chunk) => socket.data.received(chunk),
  drain: (socket) => socket.data.drained(),
  close: (socket, error) => socket.data.ended(error),
  // Only called with what was thrown here; the network's errors come with `close`.
  error: (socket, error) => socket.data.threw(error),
  connectError: (socket) => socket.data.failed('refused'),
};
