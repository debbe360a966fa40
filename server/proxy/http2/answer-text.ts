/** Reads the HTTP/1.1 answer that the data path writes, as far as the client takes it, and says it in the terms of HTTP/2. */

import { ChunkedFraming } from '../http1/chunked.ts';
import { textOf } from '../http1/latin1.ts';
import type { ResponseHead } from '../http1/response-head.ts';

/** An answer's head as it goes out. */
export interface AnswerHead {
  /** As it came. */
  readonly text: string;
  readonly head: ResponseHead;
  readonly block: Buffer;
}

export interface AnswerSink {
  /** What the head in `text` (with its empty line) says; null where it is none. */
  readHead(text: string): AnswerHead | null;
  /** `last`: nothing follows. */
  onHead(head: AnswerHead, last: boolean): void;
  /** Bytes of content that would be taken now; where that is 0, more is written once it is not. */
  room(): number;
  /** No more than there is room for. `last`: nothing follows. */
  onBody(bytes: Buffer, start: number, end: number, last: boolean): void;
  /** Where no head and no body was the last. `trailers`: lines, mostly none. */
  onEnd(trailers: string): void;
  /** The answer cannot be read, or stopped in the middle. */
  onBroken(): void;
}

type State = 'head' | 'length' | 'chunked' | 'until-close' | 'ended';

/** Longest head, in bytes; no app's is passed on that is longer. */
const mostHead = 131_072;

export class AnswerText {
  readonly #sink: AnswerSink;
  #toHead = false;
  #state: State = 'ended';
  /** The begin of a head. */
  #partial = '';
  #left = 0;
  #chunks: ChunkedFraming | null = null;

  constructor(sink: AnswerSink) {
    this.#sink = sink;
  }

  /** Another answer begins, to a request with `method`. */
  open(method: string): void {
    this.#toHead = method === 'HEAD';
    this.#state = 'head';
    this.#partial = '';
    this.#chunks = null;
  }

  /** Takes what of `bytes` from `start` to `end` the client takes; returns the index after it. */
  write(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (this.#state === 'head' && at < end) at = this.#readHead(bytes, at, end);
    switch (this.#state) {
      case 'length':
      case 'until-close':
        return this.#content(bytes, at, end);
      case 'chunked':
        return this.#pieces(bytes, at, end);
      default:
        return end;
    }
  }

  /** The data path will write no more. */
  finish(): void {
    if (this.#state === 'ended') return;
    const whole = this.#state === 'until-close';
    this.#state = 'ended';
    if (whole) this.#sink.onEnd('');
    else this.#sink.onBroken();
  }

  #readHead(bytes: Buffer, start: number, stop: number): number {
    const before = this.#partial.length;
    const text = this.#partial + textOf(bytes, start, stop);
    const end = text.indexOf('\r\n\r\n', Math.max(0, before - 3)) + 4;
    if (end === 3) {
      this.#partial = text;
      if (text.length > mostHead) this.#broken();
      return stop;
    }
    this.#partial = '';
    const answer = this.#sink.readHead(text.slice(0, end));
    if (answer === null) {
      this.#broken();
      return stop;
    }
    if (answer.head.status >= 200) this.#state = this.#framing(answer.head);
    this.#sink.onHead(answer, this.#state === 'ended');
    return start + end - before;
  }

  /** RFC 9112, 6.3. */
  #framing({ status, chunked, contentLength }: ResponseHead): State {
    if (this.#toHead || status === 204 || status === 304) return 'ended';
    if (chunked) {
      this.#chunks = new ChunkedFraming();
      this.#chunks.ranges = [];
      this.#chunks.trailerLines = '';
      return 'chunked';
    }
    this.#left = contentLength;
    if (contentLength === -1) return 'until-close';
    return contentLength === 0 ? 'ended' : 'length';
  }

  #content(bytes: Buffer, start: number, end: number): number {
    const bounded = this.#state === 'length';
    let at = start;
    while (at < end) {
      const room = this.#sink.room();
      if (room === 0) return at;
      let to = Math.min(end, at + room);
      if (bounded) {
        to = Math.min(to, at + this.#left);
        this.#left -= to - at;
        if (this.#left === 0) this.#state = 'ended';
      }
      this.#sink.onBody(bytes, at, to, this.#state === 'ended');
      if (this.#state === 'ended') return end;
      at = to;
    }
    return at;
  }

  #pieces(bytes: Buffer, start: number, end: number): number {
    const chunks = this.#chunks;
    if (chunks === null) return end;
    let at = start;
    while (at < end) {
      // What is around the content is read where there is no room for any, or its end would wait for ever.
      const room = this.#sink.room();
      if (room === 0 && chunks.inContent) return at;
      at = chunks.feed(bytes, at, Math.min(end, at + Math.max(1, room)));
      const ranges = chunks.ranges ?? [];
      for (let each = 0; each < ranges.length; each += 2) {
        this.#sink.onBody(bytes, ranges[each] ?? 0, ranges[each + 1] ?? 0, false);
      }
      ranges.length = 0;
      if (chunks.bad) {
        this.#broken();
        return end;
      }
      if (chunks.done) {
        this.#state = 'ended';
        this.#sink.onEnd(chunks.trailerLines?.slice(0, -1) ?? '');
        return end;
      }
    }
    return at;
  }

  #broken(): void {
    this.#state = 'ended';
    this.#sink.onBroken();
  }
}
