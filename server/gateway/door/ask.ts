/** What a client asks, whole. */

import type { RequestHead } from './request-head.ts';
import type { Request } from './request-reader.ts';

export class Ask {
  readonly head: RequestHead;
  readonly leaving = new Leaving();
  readonly #request: Request;
  readonly #peer: { readonly remoteAddress: string };

  constructor(request: Request, peer: { readonly remoteAddress: string }) {
    this.head = request.head;
    this.#request = request;
    this.#peer = peer;
  }

  /** The address that asks. */
  get client(): string {
    return this.#peer.remoteAddress;
  }

  get body(): Buffer {
    const { bytes, from, to } = this.#request;
    return bytes.subarray(from, to);
  }

  /** The body as text; made of the bytes as they lie, which is much cheaper than a view of them. */
  text(): string {
    const { bytes, from, to } = this.#request;
    return bytes.toString('utf8', from, to);
  }

  /** Bytes of the body. */
  get length(): number {
    return this.#request.to - this.#request.from;
  }

  /** `name` in lower case; null where it did not come. */
  header(name: string): string | null {
    return this.head.header(name);
  }
}

/** Whether the client went away before its answer was whole. One at a time may want to hear of it. */
export class Leaving {
  left = false;
  #heard: (() => void) | null = null;

  hear(then: () => void): void {
    this.#heard = then;
  }

  forget(): void {
    this.#heard = null;
  }

  leave(): void {
    this.left = true;
    const heard = this.#heard;
    this.#heard = null;
    heard?.();
  }
}
