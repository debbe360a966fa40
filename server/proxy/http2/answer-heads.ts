/** Heads of answers as field blocks. One that comes again, as most do, is neither read nor written anew. */

import { parseResponseHead } from '../http1/response-head.ts';
import type { AnswerHead } from './answer-text.ts';
import { HpackEncoder } from './hpack/encoder.ts';

export class AnswerHeads {
  readonly #encoder = new HpackEncoder();
  #last: AnswerHead | null = null;
  /** Of the encoder when `#last` was written. */
  #version = -1;

  /** What the client's table may take from now on, bytes. */
  bound(most: number): void {
    this.#encoder.bound(most);
  }

  /** `text` with its empty line; null where it is no head of an answer. The block is only good until the next call. */
  read(text: string): AnswerHead | null {
    const last = this.#last;
    if (last !== null && last.text === text && this.#version === this.#encoder.version) return last;
    const head = last?.text === text ? last.head : parseResponseHead(text, text.length - 2);
    if (head === null) return null;
    const { version } = this.#encoder;
    const block = this.#encoder.encode(head.status, head.fields);
    this.#version = this.#encoder.version;
    // Kept as it is where it says nothing new to the table, and could be said again.
    const again = version === this.#version;
    if (!again) this.#version = -1;
    this.#last = { text, head, block: again ? Buffer.from(block) : block };
    return this.#last;
  }

  trailers(lines: string): Buffer {
    return this.#encoder.encode(0, lines);
  }
}
