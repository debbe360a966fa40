/** A provider's answer from its first byte on: until then another may be asked, from then on it is this one. */

import type { AnswerHead } from '../upstream/answer-parser.ts';
import type { AnswerListener } from '../upstream/connection.ts';
import type { Pool, Sent } from '../upstream/pool.ts';
import type { OutgoingRequest } from '../upstream/write-request.ts';
import type { Deadline, Deadlines } from './deadlines.ts';

export type Silence = {
  readonly kind: 'silent';
  readonly why: string;
  readonly timedOut: boolean;
  /** Whether it may have begun to work on the request. */
  readonly sent: boolean;
};

export interface Feed {
  /** The bytes are the receiver's. */
  chunk(bytes: Buffer): void;
  end(): void;
  failed(why: string): void;
}

export interface Reply {
  readonly kind: 'reply';
  readonly head: AnswerHead;
  /** What of the body has come; it is told again to who attaches. */
  readonly first: Buffer | null;
  attach(feed: Feed): void;
  /** The whole body, where it has come already, as that of a short answer has; null where it has not. */
  readonly whole: Buffer | null;
  pause(): void;
  resume(): void;
  cancel(): void;
}

export interface Asked {
  readonly reply: Promise<Reply | Silence>;
  cancel(): void;
}

const empty = Buffer.alloc(0);

export function ask(pool: Pool, deadlines: Deadlines, request: OutgoingRequest, firstByteMs: number): Asked {
  return new Asking(pool, deadlines, request, firstByteMs);
}

/** The question and its reply in one, for there are as many as calls. */
class Asking implements Asked, Reply, AnswerListener {
  readonly kind = 'reply';
  readonly reply: Promise<Reply | Silence>;
  first: Buffer | null = null;
  readonly #resolve: (reply: Reply | Silence) => void;
  readonly #deadlines: Deadlines;
  readonly #deadline: Deadline;
  readonly #sent: Sent;
  #head: AnswerHead | null = null;
  #feed: Feed | null = null;
  #later: Buffer[] | null = null;
  #over: { kind: 'end' } | { kind: 'failed'; why: string } | null = null;
  #begun = false;

  constructor(pool: Pool, deadlines: Deadlines, request: OutgoingRequest, firstByteMs: number) {
    const { promise, resolve } = Promise.withResolvers<Reply | Silence>();
    this.reply = promise;
    this.#resolve = resolve;
    this.#deadlines = deadlines;
    this.#deadline = deadlines.in(firstByteMs, () => {
      this.#sent.cancel();
      this.#silent(`no answer within ${Math.round(firstByteMs / 1000)} s`, true, true);
    });
    this.#sent = pool.send(request, this);
  }

  get head(): AnswerHead {
    if (this.#head === null) throw new Error('the answer has not begun');
    return this.#head;
  }

  get whole(): Buffer | null {
    if (this.#over?.kind !== 'end') return null;
    const first = this.first ?? empty;
    return this.#later === null ? first : Buffer.concat([first, ...this.#later]);
  }

  attach(feed: Feed): void {
    this.#feed = feed;
    if (this.first !== null) feed.chunk(this.first);
    for (const bytes of this.#later ?? []) feed.chunk(bytes);
    this.#later = null;
    if (this.#over?.kind === 'end') feed.end();
    else if (this.#over !== null) feed.failed(this.#over.why);
  }

  pause(): void {
    this.#sent.pause();
  }

  resume(): void {
    this.#sent.resume();
  }

  cancel(): void {
    this.#sent.cancel();
    if (!this.#begun) this.#silent('cancelled', false, true);
  }

  onHead(head: AnswerHead): void {
    this.#head = head;
  }

  onChunk(bytes: Buffer): void {
    if (this.#feed !== null) this.#feed.chunk(bytes);
    else if (this.first === null) this.first = bytes;
    else {
      this.#later ??= [];
      this.#later.push(bytes);
    }
    this.#begin();
  }

  onEnd(): void {
    this.#over = { kind: 'end' };
    if (this.#feed !== null) this.#feed.end();
    else this.#begin();
  }

  onFailed(why: string, answered: boolean): void {
    this.#over = { kind: 'failed', why };
    if (!this.#begun) this.#silent(why, false, answered);
    else this.#feed?.failed(why);
  }

  #begin(): void {
    if (this.#begun || this.#head === null) return;
    this.#begun = true;
    this.#deadlines.drop(this.#deadline);
    this.#resolve(this);
  }

  #silent(why: string, timedOut: boolean, worked: boolean): void {
    this.#begun = true;
    this.#deadlines.drop(this.#deadline);
    this.#resolve({ kind: 'silent', why, timedOut, sent: worked });
  }
}

/** The whole body; null where it is longer than `most` bytes. Rejects where it is cut off. */
export function wholeBody(reply: Reply, most: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    reply.attach({
      chunk(bytes) {
        length += bytes.length;
        if (length <= most) chunks.push(bytes);
        else {
          reply.cancel();
          resolve(null);
        }
      },
      end() {
        const [only] = chunks;
        resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
      },
      failed: (why) => reject(new Error(why)),
    });
  });
}
