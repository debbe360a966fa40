/** Collects the whole content of a request's body, without the framing of chunks, within two bounds. */

import { requestBody } from '../http1/body.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { BodyRoom } from './body-room.ts';

/** Copies what it is given, into memory of the body's own: so it can change hands, and what came from the socket can go at once. */
export class BodyCollector {
  readonly #room: BodyRoom;
  readonly #most: number;
  /** -1 where the head does not say. */
  readonly #announced: number;
  /** Reads the bytes a second time: the connection's own framing does not note where the content is. */
  readonly #framing: ReturnType<typeof requestBody>;
  #bytes = Buffer.from(new ArrayBuffer(0));
  #size = 0;
  /** Of the room; who was given the bytes may have passed them on. */
  #held = 0;

  constructor(head: RequestHead, room: BodyRoom, most: number) {
    this.#room = room;
    this.#most = most;
    this.#announced = head.contentLength;
    this.#framing = requestBody(head);
    this.#framing.notePieces();
  }

  /** `too-large` beyond the bound of one body, `no-room` beyond that of all. */
  add(bytes: Buffer, start: number, end: number): 'fine' | 'too-large' | 'no-room' {
    this.#framing.take(bytes, start, end);
    if (this.#framing.payload > this.#most) return 'too-large';
    const pieces = this.#framing.framing === 'chunked' ? this.#framing.takePieces() : [start, end];
    for (let at = 0; at < pieces.length; at += 2) {
      const [from = 0, to = 0] = pieces.slice(at, at + 2);
      if (!this.#fits(this.#size + to - from)) return 'no-room';
      bytes.copy(this.#bytes, this.#size, from, to);
      this.#size += to - from;
    }
    return 'fine';
  }

  /** In memory that nothing else shares. */
  whole(): Uint8Array {
    if (this.#size < this.#bytes.length) {
      this.#room.give(this.#held - this.#size);
      this.#resize(this.#size);
    }
    return this.#bytes;
  }

  /** Gives the room back. */
  drop(): void {
    this.#room.give(this.#held);
    this.#held = 0;
    this.#bytes = Buffer.from(new ArrayBuffer(0));
    this.#size = 0;
  }

  /** Makes place for `wanted` bytes; never for much more than came, whatever a head announces. */
  #fits(wanted: number): boolean {
    if (wanted <= this.#bytes.length) return true;
    const ahead = Math.min(this.#most, wanted * 2);
    const size = this.#announced >= wanted ? Math.min(this.#announced, ahead) : ahead;
    if (!this.#room.take(size - this.#held)) return false;
    this.#resize(size);
    return true;
  }

  #resize(size: number): void {
    this.#held = size;
    this.#bytes = Buffer.from(this.#bytes.buffer.transfer(size));
  }
}
