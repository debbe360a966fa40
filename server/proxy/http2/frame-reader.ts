/** Finds the frames in what a client sends, however it is split (RFC 9113, 3.4 and 4.1). Whole ones are read where they are. */

import { errorCodes, headBytes, mostPayload, preface } from './frames.ts';

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

  read(chunk: Buffer, sink: FrameSink): void {
    let at = 0;
    while (this.#prefaceSeen < preface.length) {
      if (at === chunk.length) return;
      if (chunk[at++] !== preface[this.#prefaceSeen++]) {
        sink.unreadable(errorCodes.protocol);
        return;
      }
    }
    if (this.#held !== null) {
      at = this.#fill(this.#held, chunk, at, sink);
      if (at === -1) return;
    }
    while (chunk.length - at >= headBytes) {
      const end = at + headBytes + payloadAt(chunk, at);
      if (end - at > headBytes + mostPayload) {
        sink.unreadable(errorCodes.frameSize);
        return;
      }
      if (end > chunk.length) break;
      if (!give(chunk, at, end, sink)) return;
      at = end;
    }
    if (at < chunk.length) this.#hold(chunk, at);
  }

  #hold(chunk: Buffer, at: number): void {
    const whole = chunk.length - at >= headBytes;
    // Of a buffer of its own, which what comes of it may keep.
    const held = Buffer.allocUnsafeSlow(whole ? headBytes + payloadAt(chunk, at) : headBytes);
    this.#have = chunk.copy(held, 0, at);
    this.#held = held;
  }

  /** Returns where to go on in `chunk`; -1 for nowhere. */
  #fill(held: Buffer, chunk: Buffer, start: number, sink: FrameSink): number {
    const taken = chunk.copy(held, this.#have, start);
    this.#have += taken;
    const at = start + taken;
    if (this.#have < held.length) return -1;
    if (held.length === headBytes && payloadAt(held, 0) > 0) {
      if (payloadAt(held, 0) > mostPayload) {
        sink.unreadable(errorCodes.frameSize);
        return -1;
      }
      this.#hold(held, 0);
      return this.#held === null ? -1 : this.#fill(this.#held, chunk, at, sink);
    }
    this.#held = null;
    return give(held, 0, held.length, sink) ? at : -1;
  }
}

function give(bytes: Buffer, at: number, end: number, sink: FrameSink): boolean {
  // The first bit of a stream's number is nothing (RFC 9113, 4.1).
  const stream = wordAt(bytes, at + 5) & 0x7fffffff;
  return sink.frame(bytes[at + 3] ?? 0, bytes[at + 4] ?? 0, stream, bytes, at + headBytes, end);
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
