/** A client's connection as a Node stream, with back-pressure both ways: what `node:http2` takes for a socket. */

import { Duplex } from 'node:stream';
import type { ClientSocket } from '../client-socket.ts';
import { Outbox } from '../outbox.ts';

export class ByteStream extends Duplex {
  readonly #socket: ClientSocket;
  readonly #outbox: Outbox;
  #written: (() => void) | null = null;

  constructor(socket: ClientSocket) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#outbox = new Outbox(socket);
  }

  // ---- what `node:http2` asks of a socket besides being a stream

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  // ---- what the client's connection says

  received(bytes: Buffer): void {
    if (!this.push(bytes)) this.#socket.pause();
  }

  drained(): void {
    if (!this.#outbox.flush()) return;
    const written = this.#written;
    this.#written = null;
    written?.();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.#outbox.send(bytes, 0, bytes.length)) done();
    else this.#written = done;
  }

  override _final(done: () => void): void {
    this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#written = null;
    if (this.writableFinished) this.#socket.end();
    else this.#socket.terminate();
    done(error);
  }
}
