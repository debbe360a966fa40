/** A field block and the frames it comes in: one after the other, with nothing in between (RFC 9113, 4.3). */

import { flags } from './frames.ts';
import { HpackDecoder } from './hpack/decoder.ts';
import type { FieldSink } from './hpack/field.ts';

export class FieldBlock {
  readonly #decoder = new HpackDecoder();
  #pieces: Buffer[] = [];
  /** Whose block is not whole yet; 0 for none. */
  stream = 0;
  /** The stream ends with it. */
  ended = false;

  /** It begins with what is in `bytes` from `start` to `end`, the payload of a frame. False where its padding is too long. */
  begin(stream: number, flagsOf: number, bytes: Buffer, start: number, end: number): boolean {
    const padded = (flagsOf & flags.padded) !== 0;
    const from = start + (padded ? 1 : 0) + ((flagsOf & flags.priority) !== 0 ? 5 : 0);
    const to = end - (padded ? (bytes[start] ?? 0) : 0);
    if (from > to) return false;
    this.stream = stream;
    this.ended = (flagsOf & flags.endStream) !== 0;
    const whole = (flagsOf & flags.endHeaders) !== 0;
    // What has to wait for more outlives the bytes it came in.
    this.#pieces.push(whole ? bytes.subarray(from, to) : Buffer.from(bytes.subarray(from, to)));
    return true;
  }

  goOn(bytes: Buffer, start: number, end: number): void {
    this.#pieces.push(Buffer.from(bytes.subarray(start, end)));
  }

  /** Reads the whole of it. False where that cannot be done. */
  read(sink: FieldSink): boolean {
    const [first, ...more] = this.#pieces;
    this.#pieces = [];
    this.stream = 0;
    if (first === undefined) return false;
    const bytes = more.length === 0 ? first : Buffer.concat([first, ...more]);
    return this.#decoder.decode(bytes, 0, bytes.length, sink);
  }
}
