/** What a client asks, whole. */

import type { HeadText } from '../http1/head-text.ts';

export class Ask {
  /** As it came, without the query. */
  readonly path: string;
  /** Without its question mark; empty where there is none. */
  readonly query: string;
  readonly leaving = new Leaving();

  constructor(
    readonly method: string,
    target: string,
    private readonly head: HeadText,
    readonly body: Buffer,
    private readonly peer: { readonly remoteAddress: string },
  ) {
    const mark = target.indexOf('?');
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.query = mark < 0 ? '' : target.slice(mark + 1);
  }

  /** The address that asks. */
  get client(): string {
    return this.peer.remoteAddress;
  }

  /** `name` in lower case; null where it did not come. */
  header(name: string): string | null {
    return this.head.get(name) ?? null;
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
