/** How the body of a message is framed (RFC 9112 section 6.3), and how much of the bytes at hand belongs to it. */

import { ChunkedFraming } from './chunked.ts';

export type Framing = 'none' | 'length' | 'chunked' | 'until-close';

export class Body {
  #left: number;
  readonly #chunks: ChunkedFraming | null;
  /** Bytes of the body seen so far, framing included. */
  size = 0;

  constructor(
    readonly framing: Framing,
    /** Only counts for `length`. */
    length = 0,
  ) {
    this.#left = framing === 'length' ? length : 0;
    this.#chunks = framing === 'chunked' ? new ChunkedFraming() : null;
  }

  get done(): boolean {
    switch (this.framing) {
      case 'none':
        return true;
      case 'length':
        return this.#left === 0;
      case 'chunked':
        return this.#chunks?.done === true;
      default:
        return false;
    }
  }

  /** True once the framing was found malformed; nothing after it can be trusted. */
  get bad(): boolean {
    return this.#chunks?.bad === true;
  }

  /** Bytes of content so far, without the framing of chunks. */
  get payload(): number {
    return this.#chunks === null ? this.size : this.#chunks.payload;
  }

  /** From now on the pieces of content in a chunked body are noted, for `takePieces`. */
  notePieces(): void {
    if (this.#chunks !== null) this.#chunks.ranges = [];
  }

  /** From now on they are no longer noted. */
  forgetPieces(): void {
    if (this.#chunks !== null) this.#chunks.ranges = null;
  }

  /** Start and end of each piece of content the last `take` saw, in pairs. */
  takePieces(): number[] {
    const pieces = this.#chunks?.ranges ?? [];
    if (this.#chunks?.ranges) this.#chunks.ranges = [];
    return pieces;
  }

  /** Returns the index after the last byte of `bytes` between `start` and `end` that belongs to the body. */
  take(bytes: Uint8Array, start: number, end: number): number {
    const stop = this.#stop(bytes, start, end);
    this.size += stop - start;
    return stop;
  }

  #stop(bytes: Uint8Array, start: number, end: number): number {
    switch (this.framing) {
      case 'none':
        return start;
      case 'length': {
        const taken = Math.min(this.#left, end - start);
        this.#left -= taken;
        return start + taken;
      }
      case 'chunked':
        return this.#chunks === null ? start : this.#chunks.feed(bytes, start, end);
      case 'until-close':
        return end;
    }
  }
}

/** The body of a request (RFC 9112 section 6.3, 6 and 7): none unless the head says so. */
export function requestBody(head: { chunked: boolean; contentLength: number }): Body {
  if (head.chunked) return new Body('chunked');
  return head.contentLength > 0 ? new Body('length', head.contentLength) : noBody();
}

/** The body of an answer with `status` to a request with `method`. */
export function responseBody(
  method: string,
  head: { status: number; chunked: boolean; contentLength: number },
): Body {
  if (method === 'HEAD' || head.status === 204 || head.status === 304) return noBody();
  if (head.chunked) return new Body('chunked');
  return head.contentLength === -1 ? new Body('until-close') : new Body('length', head.contentLength);
}

function noBody(): Body {
  return new Body('none');
}
