/**
 * An answer of server-sent events that has to end because its backend goes: it ends between two events, as a whole answer,
 * so that the browser asks again (HTML, 9.2.3) and loses no half of one.
 */

import type { Body } from './http1/body.ts';
import type { ResponseHead } from './http1/response-head.ts';

const newline = 0x0a;
const lastChunk = Buffer.from('0\r\n\r\n', 'latin1');
const nothing = Buffer.alloc(0);

export class EventStream {
  readonly #chunked: boolean;
  /** The last bytes that were passed on: nothing yet is a place to end as well. */
  #between = true;
  leaving = false;

  /** Null where the answer is none, or its bytes are changed on their way. */
  static of(head: ResponseHead, body: Body): EventStream | null {
    if (body.done || !/(?:^|\n)content-type:[ \t]*text\/event-stream\b/i.test(head.fields)) return null;
    return body.framing === 'length' ? null : new EventStream(body.framing === 'chunked');
  }

  private constructor(chunked: boolean) {
    this.#chunked = chunked;
  }

  /** Bytes that are passed on, from `start` to `end`. */
  pass(bytes: Buffer, start: number, end: number): void {
    if (end <= start) return;
    // A chunk ends with a line break of its own (RFC 9112, 7.1), behind the empty line that ends an event.
    const stop = this.#chunked ? end - 2 : end;
    const whole = !this.#chunked || bytes[end - 1] === newline;
    this.#between =
      whole && stop - start >= 2 && bytes[stop - 1] === newline && emptyLine(bytes, start, stop);
  }

  /** What ends the answer now; null while an event is under way. */
  get farewell(): Buffer | null {
    if (!this.leaving || !this.#between) return null;
    return this.#chunked ? lastChunk : nothing;
  }
}

/** Whether what ends at `stop` is a line break behind another one, of either kind. */
function emptyLine(bytes: Buffer, start: number, stop: number): boolean {
  if (bytes[stop - 2] === newline) return true;
  return bytes[stop - 2] === 0x0d && stop - start >= 3 && bytes[stop - 3] === newline;
}
