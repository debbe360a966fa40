/** Reads HTTP/1.1 requests (RFC 9112) from bytes as they come, one after another. */

import { BodyReader } from '../http1/body-reader.ts';
import { mostBody } from '../surface/most-body.ts';
import { Refused, RequestHead, tooLarge } from './request-head.ts';
import { SameHead } from './same-head.ts';

/** Its body are the bytes from `from` to `to`. */
export interface Request {
  readonly head: RequestHead;
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

interface Begun {
  readonly head: RequestHead;
  readonly reader: BodyReader;
  readonly chunks: Buffer[];
  length: number;
}

const mostHead = 64 * 1024;
/** Heads that differ in more than their length are not worth being remembered: so many in a row, and no more are. */
const mostOthers = 8;
const nothing = Buffer.alloc(0);

export class RequestReader {
  #kept: Buffer | null = null;
  #begun: Begun | null = null;
  #same: SameHead | null = null;
  #others = 0;
  readonly #onContinue: () => void;

  /** `onContinue`: the client waits for a word before it sends its body. */
  constructor(onContinue: () => void) {
    this.#onContinue = onContinue;
  }

  /** Whether it stands between two requests, without a byte of the next. */
  get idle(): boolean {
    return this.#kept === null && this.#begun === null;
  }

  /** Bytes that wait to be understood. */
  get waiting(): number {
    return this.#kept?.length ?? 0;
  }

  push(bytes: Buffer): void {
    this.#kept = this.#kept === null ? bytes : Buffer.concat([this.#kept, bytes]);
  }

  /** The next request that is whole; null while there is none. Throws `Refused`, and then is of no more use. */
  next(): Request | null {
    while (this.#kept !== null) {
      const data = this.#kept;
      const begun = this.#begun;
      if (begun === null) {
        const request = this.#head(data);
        if (request !== null) return request;
        if (this.#begun === null) return null;
        continue;
      }
      const used = this.#step(begun, data);
      if (used === null) return null;
      this.#keepFrom(data, used);
      if (!begun.reader.done) continue;
      this.#begun = null;
      const [only = nothing] = begun.chunks;
      const bytes = begun.chunks.length > 1 ? Buffer.concat(begun.chunks) : only;
      return { head: begun.head, bytes, from: 0, to: bytes.length };
    }
    return null;
  }

  #keepFrom(data: Buffer, from: number): void {
    this.#kept = from === data.length ? null : data.subarray(from);
  }

  #step(begun: Begun, data: Buffer): number | null {
    try {
      return begun.reader.step(data, (bytes) => {
        begun.length += bytes.length;
        if (begun.length > mostBody) throw tooLarge();
        begun.chunks.push(bytes);
      });
    } catch (error) {
      throw error instanceof Refused ? error : new Refused(400, String(error));
    }
  }

  /** The request whose head is at the begin of `data`, where its body is there, too; else begins to read that. */
  #head(data: Buffer): Request | null {
    const same = this.#same;
    if (same?.matches(data) === true) {
      this.#others = 0;
      return this.#body(same.head, data, same.end, same.length);
    }
    // Empty lines before a request are passed over (RFC 9112, 2.2), two at most.
    let from = 0;
    while (from < 4 && data[from] === 13 && data[from + 1] === 10) from += 2;
    const end = data.indexOf('\r\n\r\n', from);
    if (end < 0 || end > mostHead) {
      if (data.length > mostHead) throw new Refused(431, 'the head is too long');
      return null;
    }
    const head = new RequestHead(data.latin1Slice(from, end));
    const framing = head.framing();
    if (head.waits) {
      if (data.length <= end + 4) this.#onContinue();
    } else if (this.#others < mostOthers) {
      this.#others++;
      this.#same = SameHead.of(head, data.subarray(from, end + 4));
    }
    return this.#body(head, data, end + 4, framing);
  }

  #body(head: RequestHead, data: Buffer, from: number, framing: number | 'chunked'): Request | null {
    if (framing !== 'chunked' && data.length - from >= framing) {
      const to = from + framing;
      this.#keepFrom(data, to);
      return { head, bytes: data, from, to };
    }
    this.#begun = { head, reader: new BodyReader(framing), chunks: [], length: 0 };
    this.#keepFrom(data, from);
    return null;
  }
}
