/** Sends the content of a shaped answer: through its transforms and its compressor, framed anew, at the client's pace. */

import type { AnswerTransform } from '../../kernel/answer-filter.ts';
import type { Answering } from '../answering.ts';
import type { FileSink } from '../file-source.ts';
import type { Coding } from './accept-encoding.ts';
import { chunkOf, lastChunk } from './chunk.ts';
import { Compressor } from './compressor.ts';

/** Pieces handed to the compressor before the source has to wait. */
const mostPending = 4;

export class AnswerPipe implements FileSink {
  readonly #to: Answering;
  readonly #transforms: readonly AnswerTransform[];
  readonly #chunked: boolean;
  readonly #onFree: () => void;
  #compressor: Compressor | null = null;
  #closed = false;

  /** `onFree`: the source may go on, after `send` said that it has to wait. */
  constructor(
    to: Answering,
    shape: { transforms: readonly AnswerTransform[]; coding: Coding | null },
    chunked: boolean,
    onFree: () => void,
  ) {
    this.#to = to;
    this.#transforms = shape.transforms;
    this.#chunked = chunked;
    this.#onFree = onFree;
    if (shape.coding === null) return;
    to.context.compressing++;
    this.#compressor = new Compressor(shape.coding, {
      onBytes: (bytes) => {
        this.#write(bytes);
        this.#to.going(!this.#to.visitor.outbox.blocked);
      },
      onIdle: () => {
        if (this.free) this.#onFree();
      },
      onEnd: () => this.#finish(),
      onError: (error) => {
        to.context.errorLog.error('an answer could not be compressed', { error });
        to.broken(500);
      },
    });
  }

  /** Whether more can be taken now. */
  get free(): boolean {
    return !this.#to.visitor.outbox.blocked && (this.#compressor?.pending ?? 0) < mostPending;
  }

  /** The head of the answer, which no transform sees, and the first piece of content. */
  sendHead(head: string, bytes: Buffer, start: number, end: number): boolean {
    this.#to.visitor.outbox.sendHead(head, null, 0, 0);
    return this.send(bytes, start, end);
  }

  /** The next piece of content, which may change afterwards. False where the source has to wait. */
  send(bytes: Buffer, start: number, end: number): boolean {
    if (end > start) this.#through(bytes.subarray(start, end), 0);
    return this.free;
  }

  /** The content is over. */
  end(): void {
    for (let index = 0; index < this.#transforms.length; index++) {
      const rest = this.#transforms[index]?.end() ?? nothing;
      if (rest.length > 0) this.#through(rest, index + 1);
    }
    if (this.#compressor === null) this.#finish();
    else this.#compressor.end();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#compressor === null) return;
    this.#compressor.destroy();
    this.#to.context.compressing--;
  }

  #through(piece: Uint8Array, from: number): void {
    let bytes = piece;
    for (let index = from; index < this.#transforms.length && bytes.length > 0; index++) {
      bytes = this.#transforms[index]?.push(bytes) ?? bytes;
    }
    if (bytes.length === 0) return;
    if (this.#compressor === null) this.#write(bytes);
    else this.#compressor.write(Buffer.from(bytes));
  }

  #write(bytes: Uint8Array): void {
    this.#to.visitor.outbox.give(this.#chunked ? chunkOf(bytes) : Buffer.from(bytes));
  }

  #finish(): void {
    if (this.#closed) return;
    this.close();
    if (this.#chunked) this.#to.visitor.outbox.sendHead(lastChunk, null, 0, 0);
    this.#to.answered();
  }
}

const nothing = new Uint8Array(0);
