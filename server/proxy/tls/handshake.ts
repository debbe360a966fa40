/** A TLS connection until its handshake is done: nothing but a deadline. */

import type { Connection } from '../connection.ts';

export class Handshake implements Connection {
  #deadline: number;

  constructor(
    private readonly socket: { terminate(): void },
    now: number,
    limitMs: number,
  ) {
    this.#deadline = now + limitMs;
  }

  received(): void {}

  socketDrained(): void {}

  ended(): void {
    this.abort();
  }

  socketClosed(): void {}

  sweep(now: number): void {
    if (now >= this.#deadline) this.abort();
  }

  get idle(): boolean {
    return false;
  }

  closeIdle(): void {
    this.abort();
  }

  abort(): void {
    this.#deadline = Number.POSITIVE_INFINITY;
    this.socket.terminate();
  }
}
