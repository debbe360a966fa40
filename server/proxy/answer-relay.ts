/** The way of an app's answer to the client: its head adapted, its body passed on byte for byte. */

import type { Answering } from './answering.ts';
import { type AnswerReader, Attempts } from './attempts.ts';
import type { Body } from './http1/body.ts';
import { withCookiePaths } from './http1/cookie-path.ts';
import { without } from './http1/field.ts';
import type { ResponseHead } from './http1/response-head.ts';
import { connectionLine, outgoingResponse } from './outgoing-head.ts';

/** Said by the proxy alone, whatever the app claims. */
const releaseField: ReadonlySet<string> = new Set(['windlass-release']);

export class AnswerRelay implements AnswerReader {
  readonly #to: Answering;
  /** The way of the request there. */
  readonly attempts: Attempts;
  #dechunk = false;

  constructor(to: Answering) {
    this.#to = to;
    this.attempts = new Attempts(to.context, to.visitor, to.head, to.body, this);
  }

  /** HTTP/1.0 knows no interim answers (RFC 9110 section 15.2). */
  onInterim(head: ResponseHead): void {
    if (this.#to.head.minor === 0) return;
    this.#to.visitor.outbox.sendHead(outgoingResponse(head, head.fields, false, ''), null, 0, 0);
  }

  onHead(head: ResponseHead, body: Body, bytes: Buffer, start: number, end: number): void {
    const to = this.#to;
    const { outbox } = to.visitor;
    this.#dechunk = body.framing === 'chunked' && to.head.minor === 0;
    const reuse = to.mayReuse() && body.framing !== 'until-close' && !this.#dechunk;
    to.begun(head.status, reuse);
    const prefix = to.strippedPrefix;
    const lines = to.ownLines();
    const own = lines === '' ? head.fields : without(head.fields, releaseField);
    const fields = prefix === null ? own : withCookiePaths(own, prefix);
    // No chunks are announced to HTTP/1.0, and none with 204 (RFC 9112 section 6.1).
    const chunked = head.chunked && to.head.minor === 1 && head.status !== 204;
    const text = outgoingResponse(head, fields, chunked, lines + connectionLine(to.head, reuse));
    let free: boolean;
    if (this.#dechunk) {
      outbox.sendHead(text, null, 0, 0);
      free = this.#pieces(body, bytes);
    } else {
      free = outbox.sendHead(text, bytes, start, end);
    }
    this.#handed(body, free);
  }

  onBody(body: Body, bytes: Buffer, start: number, end: number): void {
    const { outbox } = this.#to.visitor;
    let free: boolean;
    if (this.#dechunk) free = this.#pieces(body, bytes);
    else if (start === 0 && end === bytes.length) free = outbox.give(bytes);
    else free = outbox.send(bytes, start, end);
    this.#handed(body, free);
  }

  onEnd(): void {
    this.#to.answered();
  }

  onBroken(): void {
    this.#to.broken(502);
  }

  onUnanswered(repeatable: boolean): void {
    this.#to.unanswered(repeatable);
  }

  #handed(body: Body, free: boolean): void {
    if (body.done) {
      this.attempts.release();
      this.#to.answered();
      return;
    }
    this.#to.going(free);
    if (!free) this.attempts.pauseAnswer();
  }

  /** The content of chunks alone; the end of the connection ends it. */
  #pieces(body: Body, bytes: Buffer): boolean {
    const { outbox } = this.#to.visitor;
    const pieces = body.takePieces();
    for (let at = 0; at < pieces.length; at += 2) outbox.send(bytes, pieces[at] ?? 0, pieces[at + 1] ?? 0);
    return !outbox.blocked;
  }
}
