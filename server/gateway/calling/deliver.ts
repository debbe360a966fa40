/** A provider's stream as the body of our answer: each piece goes out as it comes, at the speed of who reads. */

import type { Sink, Source } from '../door/answer.ts';
import type { Reply } from './reply.ts';

export interface Passage {
  /** What to send for these bytes; null for nothing. Throws where they make no sense. */
  push(bytes: Buffer): Uint8Array | null;
  end(): Uint8Array | null;
  /** What to send where it broke off. */
  broken(why: string): Uint8Array | null;
}

export type Ended =
  | { readonly kind: 'whole' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'broken'; readonly why: string };

export class Delivery implements Source {
  readonly #reply: Reply;
  readonly #passage: Passage;
  readonly #ended: (how: Ended) => void;
  #sink: Sink | null = null;
  #over = false;
  #paused = false;

  /** `ended` is called exactly once. */
  constructor(reply: Reply, passage: Passage, ended: (how: Ended) => void) {
    this.#reply = reply;
    this.#passage = passage;
    this.#ended = ended;
  }

  start(sink: Sink): void {
    if (this.#over) return;
    this.#sink = sink;
    this.#reply.attach({
      chunk: (bytes) => {
        if (this.#over) return;
        try {
          this.#send(this.#passage.push(bytes));
        } catch (error) {
          this.stop(error instanceof Error ? error.message : String(error));
        }
      },
      end: () => {
        if (this.#over) return;
        try {
          this.#send(this.#passage.end());
        } catch (error) {
          this.#breakOff(error instanceof Error ? error.message : String(error));
          return;
        }
        this.#finish({ kind: 'whole' });
      },
      failed: (why) => this.#breakOff(why),
    });
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#reply.resume();
  }

  cancel(): void {
    if (this.#over) return;
    this.#reply.cancel();
    this.#finish({ kind: 'cancelled' });
  }

  stop(why: string): void {
    if (this.#over) return;
    this.#reply.cancel();
    this.#breakOff(why);
  }

  #breakOff(why: string): void {
    if (this.#over) return;
    this.#send(this.#passage.broken(why));
    this.#finish({ kind: 'broken', why });
  }

  #send(bytes: Uint8Array | null): void {
    if (bytes === null || bytes.length === 0 || this.#sink === null) return;
    if (this.#sink.give(bytes) || this.#paused) return;
    this.#paused = true;
    this.#reply.pause();
  }

  #finish(how: Ended): void {
    if (this.#over) return;
    this.#over = true;
    this.#ended(how);
    if (how.kind !== 'cancelled') this.#sink?.end();
  }
}
