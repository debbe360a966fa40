/**
 * Finds the frames in what a client sends, however it is split (RFC 9113, 3.4 and 4.1). Whole ones are read where they are;
 * content that comes in pieces is given on in pieces, as if each were a frame.
 */

import { errorCodes, flags, frameTypes, headBytes, mostPayload, preface } from './frames.ts';

export interface FrameSink {
  /** The payload is what is in `bytes` from `start` to `end`. False where nothing more is to be read. */
  frame(type: number, flags: number, stream: number, bytes: Buffer, start: number, end: number): boolean;
  /** What comes is not HTTP/2, or goes beyond what was allowed. */
  unreadable(code: number): void;
}

export class FrameReader {
  #prefaceSeen = 0;
  /** The begin of a frame: less than its head, or room for all of it. */
  #held: Buffer | null = null;
  /** Bytes of it that are there. */
  #have = 0;
  /** Bytes of content that are still to come of a frame, with its flags and its stream. */
  #left = 0;
  #flags = 0;
  #stream = 0;

  read(chunk: Buffer, sink: FrameSink): void {
    let at = 0;
    while (this.#prefaceSeen < preface.length) {
      if (at === chunk.length) return;
      if (chunk[at++] !== preface[this.#prefaceSeen++]) {
        sink.unreadable(errorCodes.protocol);
        return;
      }
    }
    if (this.#held !== null) at = this.#fill(this.#held, chunk, at, sink);
    while (at !== -1 && at < chunk.length) {
      if (this.#left > 0) at = this.#givePiece(chunk, at, sink);
      else if (chunk.length - at < headBytes) at = this.#hold(chunk, at, headBytes);
      else at = this.#readFrame(chunk, at, sink);
    }
  }

  // Each of these returns where to go on in the chunk; -1 for nowhere.

  #readFrame(chunk: Buffer, at: number, sink: FrameSink): number {
    const length = payloadAt(chunk, at);
    const end = at + headBytes + length;
    if (length > mostPayload) {
      sink.unreadable(errorCodes.frameSize);
      return -1;
    }
    if (end <= chunk.length) return give(chunk, at, end, sink) ? end : -1;
    if (chunk[at + 3] !== frameTypes.data || ((chunk[at + 4] ?? 0) & flags.padded) !== 0) {
      return this.#hold(chunk, at, headBytes + length);
    }
    this.#left = length;
    this.#flags = chunk[at + 4] ?? 0;
    this.#stream = streamAt(chunk, at);
    return at + headBytes;
  }

  #givePiece(chunk: Buffer, at: number, sink: FrameSink): number {
    const end = Math.min(chunk.length, at + this.#left);
    this.#left -= end - at;
    const piece = this.#left === 0 ? this.#flags : this.#flags & ~flags.endStream;
    return sink.frame(frameTypes.data, piece, this.#stream, chunk, at, end) ? end : -1;
  }

  #hold(chunk: Buffer, at: number, length: number): -1 {
    // Of a buffer of its own, which what comes of it may keep.
    const held = Buffer.allocUnsafeSlow(length);
    this.#have = chunk.copy(held, 0, at);
    this.#held = held;
    return -1;
  }

  #fill(held: Buffer, chunk: Buffer, start: number, sink: FrameSink): number {
    const taken = chunk.copy(held, this.#have, start);
    this.#have += taken;
    if (this.#have < held.length) return -1;
    this.#held = null;
    // A head that came alone, or a whole frame.
    const after = this.#readFrame(held, 0, sink);
    const rest = this.#held as Buffer | null;
    if (rest !== null) return this.#fill(rest, chunk, start + taken, sink);
    return after === -1 ? -1 : start + taken;
  }
}

function give(bytes: Buffer, at: number, end: number, sink: FrameSink): boolean {
  return sink.frame(bytes[at + 3] ?? 0, bytes[at + 4] ?? 0, streamAt(bytes, at), bytes, at + headBytes, end);
}

/** The first bit of a stream's number is nothing (RFC 9113, 4.1). */
function streamAt(bytes: Buffer, at: number): number {
  return wordAt(bytes, at + 5) & 0x7fffffff;
}

function payloadAt(bytes: Buffer, at: number): number {
  return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
}

/** Four bytes as a number, which is below zero where the first bit is set. */
export function wordAt(bytes: Buffer, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  );
}
