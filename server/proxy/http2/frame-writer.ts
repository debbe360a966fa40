/** The frames that go to a client: put together, so that many leave in one write and one record of TLS. */

import type { Writable } from '../outbox.ts';
import { flags, frameTypes, headBytes, mostPayload } from './frames.ts';
import { spareBuffers } from './spare-buffers.ts';

/** Bytes of answers that are put together before they are written. */
const together = 65_536;
/** Who lets more acknowledgements and the like wait does not read on purpose, bytes. */
const mostWaiting = 262_144;

export class FrameWriter {
  /** None while nothing waits. */
  #bytes: Buffer | null = null;
  #start = 0;
  #end = 0;
  #blocked = false;
  /** Of the frame put in last, which may still be made the last one of its stream; -1 where it left. */
  #lastHead = -1;
  #lastStream = 0;
  /** What the client takes as payload of one frame. */
  payload = mostPayload;

  constructor(private readonly socket: Writable) {}

  /** The socket did not take all it was given, and has not said that it wants more. */
  get blocked(): boolean {
    return this.#blocked;
  }

  get waiting(): number {
    return this.#end - this.#start;
  }

  /** The client is not to be listened to any more. */
  get overfull(): boolean {
    return this.#blocked && this.waiting > mostWaiting;
  }

  /** How much content may be put in now. */
  room(): number {
    if (this.waiting >= together) this.flush();
    return this.#blocked ? 0 : Math.max(0, together - this.waiting);
  }

  /** Writes what waits. */
  flush(): void {
    const bytes = this.#bytes;
    if (bytes === null) return;
    const sent = this.socket.write(bytes, this.#start, this.waiting);
    this.#blocked = sent >= 0 && sent < this.waiting;
    this.#lastHead = -1;
    if (this.#blocked) this.#start += sent;
    else this.discard();
  }

  discard(): void {
    if (this.#bytes !== null) spareBuffers.giveBack(this.#bytes);
    this.#bytes = null;
    this.#start = 0;
    this.#end = 0;
    this.#lastHead = -1;
  }

  /** A field block, in as many frames as it takes (RFC 9113, 6.2 and 6.10). */
  headers(stream: number, block: Buffer, last: boolean): void {
    const first = Math.min(block.length, this.payload);
    const whole = first === block.length;
    this.#head(
      frameTypes.headers,
      (last ? flags.endStream : 0) | (whole ? flags.endHeaders : 0),
      stream,
      first,
      block.length + headBytes,
    );
    this.#put(block, 0, first);
    for (let at = first; at < block.length; at += this.payload) {
      const end = Math.min(block.length, at + this.payload);
      const isLast = end === block.length ? flags.endHeaders : 0;
      this.#head(frameTypes.continuation, isLast, stream, end - at);
      this.#put(block, at, end);
    }
    // Of several frames the first one says whether more follows.
    if (!whole) this.#lastHead = -1;
  }

  /** Content: `bytes` from `start` to `end`, at most what there is room for. */
  data(stream: number, bytes: Buffer, start: number, end: number, last: boolean): void {
    for (let at = start; at < end; at += this.payload) {
      const to = Math.min(end, at + this.payload);
      this.#head(frameTypes.data, last && to === end ? flags.endStream : 0, stream, to - at);
      this.#put(bytes, at, to);
    }
  }

  /** Nothing more comes of the stream. */
  endStream(stream: number): void {
    if (this.#bytes !== null && this.#lastHead !== -1 && this.#lastStream === stream) {
      this.#bytes[this.#lastHead + 4] = (this.#bytes[this.#lastHead + 4] ?? 0) | flags.endStream;
      this.#lastHead = -1;
    } else {
      this.#head(frameTypes.data, flags.endStream, stream, 0);
    }
  }

  reset(stream: number, code: number): void {
    this.#head(frameTypes.reset, 0, stream, 4);
    this.#word(code);
    this.#lastHead = -1;
  }

  /** Pairs of names and values (RFC 9113, 6.5). */
  settings(pairs: readonly (readonly [name: number, value: number])[]): void {
    this.#head(frameTypes.settings, 0, 0, pairs.length * 6);
    for (const [name, value] of pairs) {
      this.#byte(name >> 8);
      this.#byte(name);
      this.#word(value);
    }
  }

  acknowledgeSettings(): void {
    this.#head(frameTypes.settings, flags.acknowledged, 0, 0);
  }

  acknowledgePing(bytes: Buffer, start: number): void {
    this.#head(frameTypes.ping, flags.acknowledged, 0, 8);
    this.#put(bytes, start, start + 8);
  }

  goAway(lastStream: number, code: number): void {
    this.#head(frameTypes.goAway, 0, 0, 8);
    this.#word(lastStream);
    this.#word(code);
  }

  window(stream: number, more: number): void {
    this.#head(frameTypes.window, 0, stream, 4);
    this.#word(more);
    this.#lastHead = -1;
  }

  #head(type: number, flagsOf: number, stream: number, length: number, expected = length): void {
    const bytes = this.#roomFor(expected + headBytes);
    const at = this.#end;
    bytes[at] = length >> 16;
    bytes[at + 1] = length >> 8;
    bytes[at + 2] = length;
    bytes[at + 3] = type;
    bytes[at + 4] = flagsOf;
    this.#end = at + 5;
    this.#word(stream);
    this.#lastHead = at;
    this.#lastStream = stream;
  }

  #put(from: Buffer, start: number, end: number): void {
    if (this.#bytes !== null) this.#end += from.copy(this.#bytes, this.#end, start, end);
  }

  #byte(value: number): void {
    if (this.#bytes !== null) this.#bytes[this.#end++] = value & 0xff;
  }

  #word(value: number): void {
    this.#byte(value >> 24);
    this.#byte(value >> 16);
    this.#byte(value >> 8);
    this.#byte(value);
  }

  #roomFor(more: number): Buffer {
    const bytes = this.#bytes;
    if (bytes !== null && this.#end + more <= bytes.length) return bytes;
    const larger = spareBuffers.take(this.waiting + more);
    if (bytes !== null) {
      bytes.copy(larger, 0, this.#start, this.#end);
      spareBuffers.giveBack(bytes);
      if (this.#lastHead !== -1) this.#lastHead -= this.#start;
    }
    this.#end = this.waiting;
    this.#start = 0;
    this.#bytes = larger;
    return larger;
  }
}
