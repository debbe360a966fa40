/** Bytes on their way to a socket, which takes what it can and says when it can take more. */

export interface Writable {
  /** Bytes taken; -1 where it is closed. */
  write(bytes: Uint8Array, offset: number, length: number): number;
}

/** Head and body leave in one write, put together here: used and done within one call. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

export class Outbox {
  readonly #socket: Writable;
  #rest: Uint8Array[] = [];
  /** Bytes that wait. */
  waiting = 0;

  constructor(socket: Writable) {
    this.#socket = socket;
  }

  /** The text is latin1 and comes first; `body` must not change any more, `end` is latin1 again. */
  send(text: string, body: Uint8Array | null, end = ''): void {
    const length = text.length + (body?.length ?? 0) + end.length;
    const fits = length <= scratch.length;
    const bytes = fits ? scratch : Buffer.allocUnsafe(length);
    bytes.latin1Write(text, 0);
    if (body !== null) bytes.set(body, text.length);
    if (end !== '') bytes.latin1Write(end, length - end.length);
    const taken = this.#rest.length > 0 ? 0 : Math.max(0, this.#socket.write(bytes, 0, length));
    if (taken === length) return;
    const rest = bytes.subarray(taken, length);
    this.#rest.push(fits ? Buffer.from(rest) : rest);
    this.waiting += length - taken;
  }

  /** The socket can take more. True where nothing waits then. */
  flush(): boolean {
    for (let first = this.#rest[0]; first !== undefined; first = this.#rest[0]) {
      const taken = Math.max(0, this.#socket.write(first, 0, first.length));
      this.waiting -= taken;
      if (taken < first.length) {
        this.#rest[0] = first.subarray(taken);
        return false;
      }
      this.#rest.shift();
    }
    return true;
  }

  discard(): void {
    this.#rest = [];
    this.waiting = 0;
  }
}
