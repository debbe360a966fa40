/** Reads HTTP/1.1 requests (RFC 9112) from bytes as they come, one after another, strictly: what could be read in two ways is refused. */

import { BodyReader } from '../http1/body-reader.ts';
import { HeadText } from '../http1/head-text.ts';
import { mostBody } from '../surface/most-body.ts';

export interface Request {
  readonly method: string;
  readonly target: string;
  readonly head: HeadText;
  /** Whether the connection may carry another. */
  readonly keep: boolean;
  /** HTTP/1.0 knows no chunks. */
  readonly old: boolean;
  readonly body: Buffer;
}

/** The connection is closed behind the answer. */
export class Refused extends Error {
  constructor(
    readonly status: 400 | 413 | 417 | 431 | 505,
    message: string,
  ) {
    super(message);
  }
}

interface Begun {
  readonly method: string;
  readonly target: string;
  readonly head: HeadText;
  readonly keep: boolean;
  readonly old: boolean;
  readonly reader: BodyReader;
  readonly chunks: Buffer[];
  length: number;
}

const mostHead = 64 * 1024;
/** A token, no space before the colon, no line that goes on in the next, no control character (RFC 9112, 5). */
const wellFormed = /^[^\r\n]+(?:\r\n[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*)*$/;
const firstLine = /^([A-Z]{1,16}) (\/[\x21-\x7e\x80-\xff]*) HTTP\/(\d\.\d)(?:\r|$)/;
const nothing = Buffer.alloc(0);

export class RequestReader {
  #kept: Buffer | null = null;
  #begun: Begun | null = null;
  readonly #onContinue: () => void;

  /** `onContinue`: the client waits for a word before it sends its body (RFC 9110, 10.1.1). */
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
      const used = begun === null ? this.#head(data) : this.#step(begun, data);
      if (used === null) return null;
      this.#kept = used === data.length ? null : data.subarray(used);
      const whole = this.#begun;
      if (whole?.reader.done !== true) continue;
      this.#begun = null;
      const { method, target, head, keep, old, chunks } = whole;
      const [only = nothing] = chunks;
      return { method, target, head, keep, old, body: chunks.length > 1 ? Buffer.concat(chunks) : only };
    }
    return null;
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

  #head(data: Buffer): number | null {
    // Empty lines before a request are passed over (RFC 9112, 2.2), two at most.
    let from = 0;
    while (from < 4 && data[from] === 13 && data[from + 1] === 10) from += 2;
    const end = data.indexOf('\r\n\r\n', from);
    if (end < 0 || end > mostHead) {
      if (data.length > mostHead) throw new Refused(431, 'the head is too long');
      return null;
    }
    const text = data.latin1Slice(from, end);
    const first = firstLine.exec(text);
    if (first === null || !wellFormed.test(text)) throw new Refused(400, 'the head is malformed');
    const [, method = '', target = '', version = ''] = first;
    if (version !== '1.1' && version !== '1.0') throw new Refused(505, `HTTP/${version} is not spoken`);
    const head = new HeadText(text);
    const old = version === '1.0';
    const connection = head.get('connection')?.toLowerCase() ?? '';
    const reader = new BodyReader(framingOf(head, old));
    const keep = old ? connection.includes('keep-alive') : !connection.includes('close');
    this.#begun = { method, target, head, keep, old, reader, chunks: [], length: 0 };
    this.#expect(head, data.length > end + 4);
    return end + 4;
  }

  #expect(head: HeadText, sends: boolean): void {
    const expected = head.get('expect');
    if (expected === undefined) return;
    if (expected.toLowerCase() !== '100-continue') throw new Refused(417, 'that cannot be expected');
    if (!sends) this.#onContinue();
  }
}

/** RFC 9112, 6.3; both ways at once, or one of them twice, are how requests are smuggled. */
function framingOf(head: HeadText, old: boolean): number | 'chunked' {
  const coding = head.get('transfer-encoding');
  const length = head.get('content-length');
  if (coding !== undefined) {
    if (
      old ||
      length !== undefined ||
      coding.toLowerCase() !== 'chunked' ||
      head.isTwice('transfer-encoding')
    )
      throw new Refused(400, 'the framing is ambiguous');
    return 'chunked';
  }
  if (length === undefined) return 0;
  if (!/^\d{1,15}$/.test(length) || head.isTwice('content-length'))
    throw new Refused(400, 'the length is none');
  if (Number(length) > mostBody) throw tooLarge();
  return Number(length);
}

function tooLarge(): Refused {
  return new Refused(413, 'the body is too large');
}
