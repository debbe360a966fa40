/** Collects the whole content of a request's body, without the framing of chunks, within two bounds. */

import { requestBody } from '../http1/body.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { BodyRoom } from './body-room.ts';

export class BodyCollector {
  readonly #room: BodyRoom;
  readonly #most: number;
  /** Reads the bytes a second time: the connection's own framing does not note where the content is. */
  readonly #framing: ReturnType<typeof requestBody>;
  #pieces: Buffer[] = [];
  #held = 0;

  constructor(head: RequestHead, room: BodyRoom, most: number) {
    this.#room = room;
    this.#most = most;
    this.#framing = requestBody(head);
    this.#framing.notePieces();
  }

  /** `too-large` beyond the bound of one body, `no-room` beyond that of all. */
  add(bytes: Buffer, start: number, end: number): 'fine' | 'too-large' | 'no-room' {
    this.#framing.take(bytes, start, end);
    if (this.#framing.payload > this.#most) return 'too-large';
    const pieces = this.#framing.framing === 'chunked' ? this.#framing.takePieces() : [start, end];
    for (let at = 0; at < pieces.length; at += 2) {
      const piece = bytes.subarray(pieces[at] ?? 0, pieces[at + 1] ?? 0);
      if (!this.#room.take(piece.length)) return 'no-room';
      this.#held += piece.length;
      this.#pieces.push(piece);
    }
    return 'fine';
  }

  whole(): Uint8Array {
    return this.#pieces.length === 1 ? (this.#pieces[0] ?? empty) : Buffer.concat(this.#pieces);
  }

  /** Gives the room back. */
  drop(): void {
    this.#room.give(this.#held);
    this.#held = 0;
    this.#pieces = [];
  }
}

const empty = new Uint8Array(0);
