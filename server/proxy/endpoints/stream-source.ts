/** Sends a stream to a client, chunk by chunk, and reads no further while the client does not keep up. */

import type { Answering } from '../answering.ts';
import { chunkOf, lastChunk } from '../shaping/chunk.ts';

export class StreamSource {
  readonly #to: Answering;
  readonly #reader: ReturnType<typeof readerOf>;
  readonly #chunked: boolean;
  #goOn: (() => void) | null = null;
  #cancelled = false;

  constructor(to: Answering, stream: ReadableStream<Uint8Array>, chunked: boolean) {
    this.#to = to;
    this.#reader = readerOf(stream);
    this.#chunked = chunked;
  }

  /** Sends until the stream ends, breaks or is cancelled. */
  pump(): void {
    this.#to.going(true);
    this.#run().catch((error: unknown) => {
      if (this.#cancelled) return;
      this.#to.context.errorLog.error('the answer of an endpoint broke off', { error });
      this.#to.broken(500);
    });
  }

  /** The client took what waited. */
  resume(): void {
    const goOn = this.#goOn;
    this.#goOn = null;
    goOn?.();
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    void this.#reader.cancel().catch(() => undefined);
    this.resume();
  }

  async #run(): Promise<void> {
    const { outbox } = this.#to.visitor;
    while (!this.#cancelled) {
      const { done, value } = await this.#reader.read();
      if (this.#cancelled) return;
      if (done) {
        this.#cancelled = true;
        if (this.#chunked) outbox.sendHead(lastChunk, null, 0, 0);
        this.#to.answered();
        return;
      }
      // A chunk without content would end the body.
      if (value.length === 0) continue;
      const free = outbox.give(this.#chunked ? chunkOf(value) : Buffer.from(value));
      this.#to.going(free);
      if (!free && !this.#cancelled) await new Promise<void>((goOn) => (this.#goOn = goOn));
    }
  }
}

const readerOf = (stream: ReadableStream<Uint8Array>) => stream.getReader();
