/** Where a chunked body ends (RFC 9112 section 7.1): read strictly, byte by byte or in any split; nothing is changed. */

type State =
  | 'size'
  | 'extension'
  | 'size-lf'
  | 'data'
  | 'data-cr'
  | 'data-lf'
  | 'trailer-start'
  | 'trailer-name'
  | 'trailer-value'
  | 'trailer-lf'
  | 'final-lf'
  | 'done'
  | 'bad';

/** Longest extensions of one body and longest trailer section, in bytes; beyond them the body counts as malformed. */
const maxExtensions = 16_384;
const maxTrailers = 16_384;

const CR = 0x0d;
const LF = 0x0a;

/** Token characters (RFC 9110 section 5.6.2), by byte. */
const tokenBytes = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  tokenBytes[char.charCodeAt(0)] = 1;
}

export class ChunkedFraming {
  #state: State = 'size';
  /** Hex digits of the size read so far; bytes of data still to come. */
  #digits = 0;
  #left = 0;
  #extensions = 0;
  #trailers = 0;
  /** Decoded bytes so far. */
  payload = 0;
  /** Where set, `feed` puts start and end of every piece of payload it saw here, in pairs. The reader empties it. */
  ranges: number[] | null = null;
  /** Where set, the lines of the trailer section are added here as they come. */
  trailerLines: string | null = null;

  get done(): boolean {
    return this.#state === 'done';
  }

  /** Whether the next byte is content. */
  get inContent(): boolean {
    return this.#state === 'data';
  }

  get bad(): boolean {
    return this.#state === 'bad';
  }

  /** Reads `bytes` from `start` up to `end`; returns the index after the last byte that belongs to the body. */
  feed(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && this.#state !== 'done' && this.#state !== 'bad') {
      if (this.#state === 'data') {
        const taken = Math.min(this.#left, end - at);
        this.ranges?.push(at, at + taken);
        this.payload += taken;
        this.#left -= taken;
        at += taken;
        if (this.#left === 0) this.#state = 'data-cr';
      } else {
        const byte = bytes[at] ?? 0;
        if (this.trailerLines !== null && this.#state.startsWith('trailer')) {
          this.trailerLines += String.fromCharCode(byte);
        }
        this.#state = this.#next(byte);
        at++;
      }
    }
    return at;
  }

  #next(byte: number): State {
    switch (this.#state) {
      case 'size':
        return this.#size(byte);
      case 'extension':
        if (byte === CR) return 'size-lf';
        return isText(byte) && ++this.#extensions <= maxExtensions ? 'extension' : 'bad';
      case 'size-lf':
        if (byte !== LF) return 'bad';
        this.#digits = 0;
        return this.#left === 0 ? 'trailer-start' : 'data';
      case 'data-cr':
        return byte === CR ? 'data-lf' : 'bad';
      case 'data-lf':
        return byte === LF ? 'size' : 'bad';
      case 'trailer-start':
        if (byte === CR) return 'final-lf';
        return tokenBytes[byte] === 1 && ++this.#trailers <= maxTrailers ? 'trailer-name' : 'bad';
      case 'trailer-name':
        if (++this.#trailers > maxTrailers) return 'bad';
        if (byte === 0x3a) return 'trailer-value';
        return tokenBytes[byte] === 1 ? 'trailer-name' : 'bad';
      case 'trailer-value':
        if (byte === CR) return 'trailer-lf';
        return isText(byte) && ++this.#trailers <= maxTrailers ? 'trailer-value' : 'bad';
      case 'trailer-lf':
        return byte === LF ? 'trailer-start' : 'bad';
      case 'final-lf':
        return byte === LF ? 'done' : 'bad';
      default:
        return 'bad';
    }
  }

  #size(byte: number): State {
    const digit = hexDigit(byte);
    if (digit !== -1) {
      // 12 digits are 256 TB: beyond that an overflow somewhere is what the sender is after.
      if (++this.#digits > 12) return 'bad';
      this.#left = this.#left * 16 + digit;
      return 'size';
    }
    if (this.#digits === 0) return 'bad';
    if (byte === CR) return 'size-lf';
    return byte === 0x3b ? 'extension' : 'bad';
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function isText(byte: number): boolean {
  return byte >= 0x20 ? byte !== 0x7f : byte === 0x09;
}
