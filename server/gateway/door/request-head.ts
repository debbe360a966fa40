/** The head of a request, read strictly (RFC 9112): what could be read in two ways is refused. */

import { HeadText } from '../http1/head-text.ts';
import type { Meaning } from '../surface/meaning.ts';
import { mostBody } from '../surface/most-body.ts';

/** The connection is closed behind the answer. */
export class Refused extends Error {
  constructor(
    readonly status: 400 | 413 | 417 | 431 | 505,
    message: string,
  ) {
    super(message);
  }
}

/** A token, no space before the colon, no line that goes on in the next, no control character (RFC 9112, 5). */
const wellFormed = /^[^\r\n]+(?:\r\n[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*)*$/;
const firstLine = /^([A-Z]{1,16}) (\/[\x21-\x7e\x80-\xff]*) HTTP\/(\d\.\d)(?:\r|$)/;

/** Of all requests that come with the same one, so it never changes. */
export class RequestHead {
  readonly method: string;
  /** As it came, without the query. */
  readonly path: string;
  /** Without its question mark; empty where there is none. */
  readonly query: string;
  /** Whether the connection may carry another. */
  readonly keep: boolean;
  /** HTTP/1.0 knows no chunks. */
  readonly old: boolean;
  /** What was made of it when the first of these requests was answered. */
  meaning: Meaning | null = null;
  readonly #fields: HeadText;

  /** Throws `Refused`. `text` is without the empty line at its end. */
  constructor(text: string) {
    const first = firstLine.exec(text);
    if (first === null || !wellFormed.test(text)) throw new Refused(400, 'the head is malformed');
    const [, method = '', target = '', version = ''] = first;
    if (version !== '1.1' && version !== '1.0') throw new Refused(505, `HTTP/${version} is not spoken`);
    const mark = target.indexOf('?');
    this.method = method;
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.query = mark < 0 ? '' : target.slice(mark + 1);
    this.#fields = new HeadText(text);
    this.old = version === '1.0';
    const connection = this.header('connection')?.toLowerCase() ?? '';
    this.keep = this.old ? connection.includes('keep-alive') : !connection.includes('close');
  }

  /** `name` in lower case; null where it did not come. Not for the length, which is each request's own. */
  header(name: string): string | null {
    return this.#fields.get(name) ?? null;
  }

  /** Whether the client waits for a word before it sends its body (RFC 9110, 10.1.1). Throws `Refused`. */
  get waits(): boolean {
    const expected = this.header('expect');
    if (expected !== null && expected.toLowerCase() !== '100-continue')
      throw new Refused(417, 'that cannot be expected');
    return expected !== null;
  }

  /** RFC 9112, 6.3; both ways at once, or one of them twice, are how requests are smuggled. Throws `Refused`. */
  framing(): number | 'chunked' {
    const coding = this.header('transfer-encoding');
    const length = this.header('content-length');
    if (coding !== null) {
      if (
        this.old ||
        length !== null ||
        coding.toLowerCase() !== 'chunked' ||
        this.#fields.isTwice('transfer-encoding')
      )
        throw new Refused(400, 'the framing is ambiguous');
      return 'chunked';
    }
    if (length === null) return 0;
    if (!/^\d{1,15}$/.test(length) || this.#fields.isTwice('content-length'))
      throw new Refused(400, 'the length is none');
    if (Number(length) > mostBody) throw tooLarge();
    return Number(length);
  }
}

export function tooLarge(): Refused {
  return new Refused(413, 'the body is too large');
}
