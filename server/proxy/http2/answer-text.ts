/** Reads the HTTP/1.1 answer that the data path writes, and says it in the terms of HTTP/2. */

import { type Body, responseBody } from '../http1/body.ts';
import { textOf } from '../http1/latin1.ts';
import { parseResponseHead } from '../http1/response-head.ts';

/** Names in lower case (RFC 9113, 8.2); a repeated field is an array. */
export type Fields = Record<string, string | string[]>;

/** What may still come after a head. */
export type Rest = 'nothing' | 'body' | 'body-and-trailers';

export interface AnswerSink {
  onInterim(status: number, fields: Fields): void;
  onHead(status: number, fields: Fields, rest: Rest): void;
  /** `last`: nothing follows. */
  onBody(bytes: Buffer, last: boolean): void;
  /** Where no head said `nothing` and no body was the last. */
  onEnd(trailers: Fields | null): void;
  /** The answer cannot be read, or stopped in the middle. */
  onBroken(): void;
}

export class AnswerText {
  readonly #method: string;
  readonly #sink: AnswerSink;
  #head = '';
  #body: Body | null = null;
  #ended = false;

  constructor(method: string, sink: AnswerSink) {
    this.#method = method;
    this.#sink = sink;
  }

  write(bytes: Buffer): void {
    let at = 0;
    while (this.#body === null) {
      const before = this.#head.length;
      this.#head += textOf(bytes, at, bytes.length);
      const end = this.#head.indexOf('\r\n\r\n', Math.max(0, before - 3));
      if (end === -1) return;
      const head = parseResponseHead(this.#head, end + 2);
      if (head === null) {
        this.#sink.onBroken();
        return;
      }
      at += end + 4 - before;
      this.#head = '';
      const fields = fieldsOf(head.fields);
      if (head.status < 200) {
        this.#sink.onInterim(head.status, fields);
        if (at >= bytes.length) return;
        continue;
      }
      const body = responseBody(this.#method, head);
      body.notePieces();
      this.#body = body;
      if (body.done) this.#ended = true;
      const rest = body.done ? 'nothing' : body.framing === 'chunked' ? 'body-and-trailers' : 'body';
      this.#sink.onHead(head.status, fields, rest);
    }
    this.#take(this.#body, bytes, at);
  }

  /** The data path will write no more. */
  finish(): void {
    if (this.#ended) return;
    if (this.#body?.framing === 'until-close') this.#end(null);
    else this.#sink.onBroken();
  }

  #take(body: Body, bytes: Buffer, start: number): void {
    if (this.#ended) return;
    const stop = body.take(bytes, start, bytes.length);
    if (body.framing === 'chunked') {
      const pieces = body.takePieces();
      for (let at = 0; at < pieces.length; at += 2) {
        this.#sink.onBody(bytes.subarray(pieces[at], pieces[at + 1]), false);
      }
      if (body.bad) this.#sink.onBroken();
      else if (body.done) this.#end(fieldsOf(body.trailers));
    } else if (stop > start) {
      this.#ended = body.done;
      this.#sink.onBody(bytes.subarray(start, stop), body.done);
    }
  }

  #end(trailers: Fields | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#sink.onEnd(trailers);
  }
}

function fieldsOf(lines: string): Fields {
  const fields: Fields = {};
  let at = 0;
  while (at < lines.length) {
    const eol = lines.indexOf('\r\n', at);
    const end = eol === -1 ? lines.length : eol;
    const colon = lines.indexOf(':', at);
    if (colon !== -1 && colon < end) {
      const name = lines.slice(at, colon).toLowerCase();
      const value = lines.slice(colon + 1, end).trim();
      const prior = fields[name];
      fields[name] =
        prior === undefined ? value : typeof prior === 'string' ? [prior, value] : [...prior, value];
    }
    at = end + 2;
  }
  return fields;
}
