/** Reads HTTP/1.1 answers (RFC 9112) from bytes as they come: head, then body by length, by chunks or until the end. */

import { BodyReader, type Framing } from '../http1/body-reader.ts';
import { HeadText } from '../http1/head-text.ts';

export interface AnswerHead {
  readonly status: number;
  readonly headers: AnswerHeaders;
}

export interface AnswerHeaders {
  /** `name` in lower case; the first where it came twice. */
  get(name: string): string | undefined;
}

export interface AnswerSink {
  head(head: AnswerHead): void;
  chunk(bytes: Buffer): void;
  /** The body is whole. `reusable`: the connection may carry another request. */
  end(reusable: boolean): void;
}

const mostHead = 64 * 1024;
/** Of a body that came with its head. */
const whole = new BodyReader(0);

/** One for each answer. `push` and `close` throw where the bytes are no answer. */
export class AnswerParser {
  readonly #sink: AnswerSink;
  /** Null until the head is read. */
  #body: BodyReader | null = null;
  #kept: Buffer | null = null;
  #keepAlive = true;

  constructor(sink: AnswerSink) {
    this.#sink = sink;
  }

  push(bytes: Buffer): void {
    let data = this.#kept === null ? bytes : Buffer.concat([this.#kept, bytes]);
    this.#kept = null;
    while (data.length > 0) {
      const used = this.#body === null ? this.#head(data) : this.#step(this.#body, data);
      if (used === null) {
        this.#kept = data;
        return;
      }
      if (used === data.length) return;
      data = data.subarray(used);
    }
  }

  /** The connection ended. True where that ends the answer; false where it was cut off. */
  close(): boolean {
    if (this.#body === null) return false;
    if (!this.#body.endsWithConnection) return this.#body.done;
    this.#sink.end(false);
    return true;
  }

  #step(body: BodyReader, data: Buffer): number | null {
    const used = body.step(data, (bytes) => this.#sink.chunk(bytes));
    if (body.done) this.#sink.end(this.#keepAlive);
    return used;
  }

  /** Bytes taken; null where more must come first. */
  #head(data: Buffer): number | null {
    const end = data.indexOf('\r\n\r\n');
    if (end < 0) {
      if (data.length > mostHead) throw new Error('the head of the answer is too long');
      return null;
    }
    const text = data.latin1Slice(0, end);
    const status = /^HTTP\/1\.([01]) ([1-5]\d\d)(?:[ \r]|$)/.exec(text);
    if (status === null) throw new Error('the answer has no status line');
    const code = Number(status[2]);
    // Interim answers (RFC 9110, 15.2) come before the one that counts.
    if (code < 200) return end + 4;
    const headers = new HeadText(text);
    this.#keepAlive =
      status[1] === '1' && headers.get('connection')?.toLowerCase().includes('close') !== true;
    const framing = framingOf(code, headers);
    const from = end + 4;
    this.#sink.head({ status: code, headers });
    // All of it is there, as with most.
    if (typeof framing === 'number' && framing > 0 && data.length - from === framing) {
      this.#body = whole;
      this.#sink.chunk(data.subarray(from));
      this.#sink.end(this.#keepAlive);
      return data.length;
    }
    this.#body = new BodyReader(framing);
    if (this.#body.done) this.#sink.end(this.#keepAlive);
    return from;
  }
}

/** RFC 9112, 6.3. */
function framingOf(status: number, headers: AnswerHeaders): Framing {
  if (status === 204 || status === 304) return 0;
  const coding = headers.get('transfer-encoding');
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked')
      throw new Error('the answer has a transfer coding nobody asked for');
    return 'chunked';
  }
  const length = headers.get('content-length');
  if (length === undefined) return 'until-close';
  if (!/^\d{1,15}$/.test(length)) throw new Error('the answer has a length that is none');
  return Number(length);
}
