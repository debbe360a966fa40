/** Reads HTTP/1.1 answers (RFC 9112) from bytes as they come: head, then body by length, by chunks or until the end. */

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
  chunk(bytes: Uint8Array): void;
  /** The body is whole. `reusable`: the connection may carry another request. */
  end(reusable: boolean): void;
}

type State =
  | { kind: 'head' }
  | { kind: 'length'; left: number }
  | { kind: 'chunk-size' }
  | { kind: 'chunk'; left: number }
  | { kind: 'chunk-end' }
  | { kind: 'trailers' }
  | { kind: 'until-close' }
  | { kind: 'done' };

const mostHead = 64 * 1024;
const mostLine = 8 * 1024;

/** One for each answer. `push` and `close` throw where the bytes are no answer. */
export class AnswerParser {
  readonly #sink: AnswerSink;
  #state: State = { kind: 'head' };
  #kept: Buffer | null = null;
  #keepAlive = true;

  constructor(sink: AnswerSink) {
    this.#sink = sink;
  }

  push(bytes: Buffer): void {
    let data = this.#kept === null ? bytes : Buffer.concat([this.#kept, bytes]);
    this.#kept = null;
    while (data.length > 0) {
      const used = this.#step(data);
      if (used === null) {
        // The socket's buffer is used again, so what waits is copied.
        this.#kept = Buffer.from(data);
        return;
      }
      data = data.subarray(used);
    }
  }

  /** The connection ended. True where that ends the answer; false where it was cut off. */
  close(): boolean {
    if (this.#state.kind !== 'until-close') return this.#state.kind === 'done';
    this.#finish(false);
    return true;
  }

  /** Bytes taken; null where more must come first. */
  #step(data: Buffer): number | null {
    const state = this.#state;
    switch (state.kind) {
      case 'head': {
        const end = data.indexOf('\r\n\r\n');
        if (end < 0) {
          if (data.length > mostHead) throw new Error('the head of the answer is too long');
          return null;
        }
        this.#head(data.latin1Slice(0, end));
        return end + 4;
      }
      case 'length':
      case 'chunk': {
        const take = Math.min(state.left, data.length);
        this.#sink.chunk(data.subarray(0, take));
        state.left -= take;
        if (state.left === 0) {
          if (state.kind === 'chunk') this.#state = { kind: 'chunk-end' };
          else this.#finish(this.#keepAlive);
        }
        return take;
      }
      case 'until-close':
        this.#sink.chunk(data);
        return data.length;
      case 'chunk-end':
        if (data.length < 2) return null;
        if (data[0] !== 13 || data[1] !== 10) throw new Error('a chunk of the answer is longer than it says');
        this.#state = { kind: 'chunk-size' };
        return 2;
      case 'chunk-size': {
        const line = lineOf(data);
        if (line === null) return null;
        const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(line)?.[1];
        if (size === undefined) throw new Error('the answer has a chunk without a size');
        const left = Number.parseInt(size, 16);
        this.#state = left === 0 ? { kind: 'trailers' } : { kind: 'chunk', left };
        return line.length + 2;
      }
      case 'trailers': {
        const line = lineOf(data);
        if (line === null) return null;
        if (line === '') this.#finish(this.#keepAlive);
        return line.length + 2;
      }
      case 'done':
        throw new Error('the answer has bytes behind its end');
    }
  }

  #head(text: string): void {
    const status = /^HTTP\/1\.([01]) ([1-5]\d\d)[ \r]/.exec(`${text}\r`);
    if (status === null) throw new Error('the answer has no status line');
    const code = Number(status[2]);
    // Interim answers (RFC 9110, 15.2) come before the one that counts.
    if (code < 200) return;
    const headers = new HeadText(text);
    const connection = headers.get('connection')?.toLowerCase() ?? '';
    this.#keepAlive = status[1] === '1' && !connection.includes('close');
    this.#state = bodyOf(code, headers);
    this.#sink.head({ status: code, headers });
    if (this.#state.kind === 'done') this.#sink.end(this.#keepAlive);
  }

  #finish(reusable: boolean): void {
    this.#state = { kind: 'done' };
    this.#sink.end(reusable);
  }
}

/** Headers are looked for when they are asked for: of a dozen only three or four ever are. */
class HeadText implements AnswerHeaders {
  readonly #text: string;
  readonly #lower: string;

  constructor(text: string) {
    this.#text = text;
    this.#lower = text.toLowerCase();
  }

  get(name: string): string | undefined {
    const at = this.#lower.indexOf(`\r\n${name}:`);
    if (at < 0) return undefined;
    const end = this.#text.indexOf('\r\n', at + 2);
    return this.#text.slice(at + name.length + 3, end < 0 ? undefined : end).trim();
  }
}

/** RFC 9112, 6.3. */
function bodyOf(status: number, headers: AnswerHeaders): State {
  if (status === 204 || status === 304) return { kind: 'done' };
  const coding = headers.get('transfer-encoding');
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked')
      throw new Error('the answer has a transfer coding nobody asked for');
    return { kind: 'chunk-size' };
  }
  const length = headers.get('content-length');
  if (length === undefined) return { kind: 'until-close' };
  if (!/^\d{1,15}$/.test(length)) throw new Error('the answer has a length that is none');
  return length === '0' ? { kind: 'done' } : { kind: 'length', left: Number(length) };
}

function lineOf(data: Buffer): string | null {
  const end = data.indexOf('\r\n');
  if (end < 0) {
    if (data.length > mostLine) throw new Error('the answer has a line that is too long');
    return null;
  }
  return data.latin1Slice(0, end);
}
