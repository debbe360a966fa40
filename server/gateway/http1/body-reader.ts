/** The body of a message as it comes (RFC 9112, 6 and 7.1): by length, in chunks, or until the connection ends. */

type State =
  | { kind: 'length'; left: number }
  | { kind: 'chunk-size' }
  | { kind: 'chunk'; left: number }
  | { kind: 'chunk-end' }
  | { kind: 'trailers'; bytes: number }
  | { kind: 'until-close' }
  | { kind: 'done' };

/** A length in bytes, or how else its end is known. */
export type Framing = number | 'chunked' | 'until-close';

const mostLine = 8 * 1024;

/** One for each message. `step` throws where the bytes are no body. */
export class BodyReader {
  #state: State;

  constructor(framing: Framing) {
    this.#state =
      framing === 'chunked'
        ? { kind: 'chunk-size' }
        : framing === 'until-close'
          ? { kind: 'until-close' }
          : framing === 0
            ? { kind: 'done' }
            : { kind: 'length', left: framing };
  }

  get done(): boolean {
    return this.#state.kind === 'done';
  }

  get endsWithConnection(): boolean {
    return this.#state.kind === 'until-close';
  }

  /** Bytes of `data` taken, those of content told to `content`; null where more must come first. */
  step(data: Buffer, content: (bytes: Buffer) => void): number | null {
    const state = this.#state;
    switch (state.kind) {
      case 'length':
      case 'chunk': {
        const take = Math.min(state.left, data.length);
        content(take === data.length ? data : data.subarray(0, take));
        state.left -= take;
        if (state.left === 0) this.#state = state.kind === 'chunk' ? { kind: 'chunk-end' } : { kind: 'done' };
        return take;
      }
      case 'until-close':
        content(data);
        return data.length;
      case 'chunk-end':
        if (data.length < 2) return null;
        if (data[0] !== 13 || data[1] !== 10) throw new Error('a chunk is longer than it says');
        this.#state = { kind: 'chunk-size' };
        return 2;
      case 'chunk-size': {
        const line = lineOf(data);
        if (line === null) return null;
        const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(line)?.[1];
        if (size === undefined) throw new Error('a chunk has no size');
        const left = Number.parseInt(size, 16);
        this.#state = left === 0 ? { kind: 'trailers', bytes: 0 } : { kind: 'chunk', left };
        return line.length + 2;
      }
      case 'trailers': {
        const line = lineOf(data);
        if (line === null) return null;
        state.bytes += line.length;
        if (state.bytes > mostLine) throw new Error('the trailers are too long');
        if (line === '') this.#state = { kind: 'done' };
        return line.length + 2;
      }
      case 'done':
        throw new Error('there are bytes behind the end');
    }
  }
}

function lineOf(data: Buffer): string | null {
  const end = data.indexOf('\r\n');
  if (end < 0) {
    if (data.length > mostLine) throw new Error('a line of the body is too long');
    return null;
  }
  return data.latin1Slice(0, end);
}
