/** A provider's answer from its first byte on: until then another may be asked, from then on it is this one. */

import type { AnswerHead } from '../upstream/answer-parser.ts';
import type { Origin } from '../upstream/origin.ts';
import type { Pool, Sent } from '../upstream/pool.ts';
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

export function ask(
  pool: Pool,
  deadlines: Deadlines,
  origin: Origin,
  request: Uint8Array,
  firstByteMs: number,
): Asked {
  const { promise, resolve } = Promise.withResolvers<Reply | Silence>();
  let head: AnswerHead | null = null;
  let feed: Feed | null = null;
  let first: Buffer | null = null;
  let later: Buffer[] = [];
  let over: { kind: 'end' } | { kind: 'failed'; why: string } | null = null;
  let begun = false;
  let sent: Sent;

  const begin = (known: AnswerHead) => {
    if (begun) return;
    begun = true;
    deadlines.drop(timer);
    resolve({
      kind: 'reply',
      head: known,
      first,
      get whole() {
        if (over?.kind !== 'end') return null;
        return later.length === 0 ? (first ?? empty) : Buffer.concat([first ?? empty, ...later]);
      },
      attach(mine) {
        feed = mine;
        if (first !== null) mine.chunk(first);
        for (const bytes of later) mine.chunk(bytes);
        later = [];
        if (over?.kind === 'end') mine.end();
        else if (over !== null) mine.failed(over.why);
      },
      pause: () => sent.pause(),
      resume: () => sent.resume(),
      cancel: () => sent.cancel(),
    });
  };
  const silent = (why: string, timedOut: boolean, worked: boolean) => {
    begun = true;
    deadlines.drop(timer);
    resolve({ kind: 'silent', why, timedOut, sent: worked });
  };

  const timer: Deadline = deadlines.in(firstByteMs, () => {
    sent.cancel();
    silent(`no answer within ${Math.round(firstByteMs / 1000)} s`, true, true);
  });
  sent = pool.send(origin, request, {
    head: (known) => {
      head = known;
    },
    chunk: (bytes) => {
      if (feed !== null) feed.chunk(bytes);
      else if (first === null) first = bytes;
      else later.push(bytes);
      if (head !== null) begin(head);
    },
    end: () => {
      over = { kind: 'end' };
      if (feed !== null) feed.end();
      else if (head !== null) begin(head);
    },
    failed: (why, answered) => {
      over = { kind: 'failed', why };
      if (!begun) silent(why, false, answered);
      else feed?.failed(why);
    },
  });
  return {
    reply: promise,
    cancel: () => {
      sent.cancel();
      if (!begun) silent('cancelled', false, true);
    },
  };
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
