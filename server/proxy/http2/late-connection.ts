/** An HTTP/2 connection: what it sends waits until the code that speaks HTTP/2 is loaded, then goes there. */

import type { ClientSocket } from '../client-socket.ts';
import type { Connection } from '../connection.ts';
import type { DataPathContext } from '../context.ts';

/** Bytes that may come before the code is there: a preface, settings and a first few requests. */
const maxEarly = 262_144;

export class LateConnection implements Connection {
  readonly #socket: ClientSocket;
  #early: Buffer[] = [];
  #earlyBytes = 0;
  #real: Connection | null = null;
  #gone = false;

  constructor(socket: ClientSocket, context: DataPathContext) {
    this.#socket = socket;
    // Loaded at the first one: a server without HTTP/2 clients does without its memory.
    void import('./http2-connection.ts').then(
      ({ Http2Connection }) => {
        if (this.#gone) return;
        const real = new Http2Connection(socket, context);
        this.#real = real;
        for (const chunk of this.#early.splice(0)) real.received(chunk);
      },
      (error: unknown) => {
        context.errorLog.error('HTTP/2 cannot be spoken', { error });
        this.abort();
      },
    );
  }

  received(chunk: Buffer): void {
    if (this.#real !== null) {
      this.#real.received(chunk);
      return;
    }
    this.#earlyBytes += chunk.length;
    if (this.#earlyBytes > maxEarly) this.abort();
    else this.#early.push(chunk);
  }

  socketDrained(): void {
    this.#real?.socketDrained();
  }

  ended(): void {
    if (this.#real === null) this.abort();
    else this.#real.ended();
  }

  socketClosed(): void {
    this.#gone = true;
    this.#early = [];
    this.#real?.socketClosed();
  }

  sweep(now: number): void {
    this.#real?.sweep(now);
  }

  get idle(): boolean {
    return this.#real?.idle ?? false;
  }

  closeIdle(): void {
    this.#real?.closeIdle();
  }

  abort(): void {
    this.#gone = true;
    if (this.#real === null) this.#socket.terminate();
    else this.#real.abort();
  }
}
