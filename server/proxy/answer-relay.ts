/** The way of an app's answer to the client: its head adapted, its body passed on byte for byte. */

import type { Answering } from './answering.ts';
import { type AnswerReader, Attempts } from './attempts.ts';
import { EventStream } from './event-stream.ts';
import type { Body } from './http1/body.ts';
import { withCookiePaths } from './http1/cookie-path.ts';
import { without } from './http1/field.ts';
import type { ResponseHead } from './http1/response-head.ts';
import { connectionLine, outgoingResponse } from './outgoing-head.ts';
import { replacedAnswer } from './rules/replaced-answer.ts';
import type { ServiceRules } from './rules/service-rules.ts';
import { AnswerPipe } from './shaping/answer-pipe.ts';
import type { Shape } from './shaping/answer-shape.ts';

/** Said by the proxy alone, whatever the app claims. */
const ownFields: ReadonlySet<string> = new Set(['windlass-release', 'strict-transport-security']);

export class AnswerRelay implements AnswerReader {
  readonly #to: Answering;
  /** The way of the request there. */
  readonly attempts: Attempts;
  #dechunk = false;
  /** Through which the content goes where it is changed. */
  #pipe: AnswerPipe | null = null;
  #events: EventStream | null = null;

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
    if (head.status >= 400 && to.rules !== null && this.#replaced(to.rules, head, body)) return;
    const { outbox } = to.visitor;
    const shape = this.#shape(head);
    const noChunks = to.head.minor === 0;
    this.#dechunk = body.framing === 'chunked' && noChunks;
    const endsByClose = shape === null ? body.framing === 'until-close' || this.#dechunk : noChunks;
    const reuse = to.mayReuse() && !endsByClose;
    to.begun(head.status, reuse);
    const prefix = to.strippedPrefix;
    const lines = to.ownLines();
    const given = to.answerFields(shape?.fields ?? head.fields);
    const own = lines === '' ? given : without(given, ownFields);
    const fields = prefix === null ? own : withCookiePaths(own, prefix);
    // No chunks are announced to HTTP/1.0, and none with 204 (RFC 9112 section 6.1).
    const chunked = (shape !== null || head.chunked) && !noChunks && head.status !== 204;
    const text = outgoingResponse(head, fields, chunked, lines + connectionLine(to.head, reuse));
    if (shape === null && !this.#dechunk) {
      if (this.attempts.shaper !== null) body.forgetPieces();
      this.#watchEvents(head, body, bytes, start, end);
      this.#handed(body, outbox.sendHead(text, bytes, start, end, true));
      return;
    }
    outbox.sendHead(text, null, 0, 0);
    if (shape !== null && to.head.method !== 'HEAD') {
      this.#pipe = new AnswerPipe(to, shape, chunked, () => this.attempts.resumeAnswer());
    }
    this.onBody(body, bytes, start, end);
  }

  onBody(body: Body, bytes: Buffer, start: number, end: number): void {
    const { outbox } = this.#to.visitor;
    let free: boolean;
    this.#events?.pass(bytes, start, end);
    if (this.#pipe !== null || this.#dechunk) free = this.#content(body, bytes, start, end);
    else if (start === 0 && end === bytes.length) free = outbox.give(bytes);
    else free = outbox.send(bytes, start, end);
    this.#handed(body, free);
    if (this.#events?.leaving === true) this.#sayFarewell();
  }

  /** The client took what waited. */
  drained(): void {
    if (this.#pipe === null || this.#pipe.free) this.attempts.resumeAnswer();
  }

  /** Nothing more is wanted: the app sees a reset. */
  drop(): void {
    this.attempts.drop();
    this.#pipe?.close();
  }

  onEnd(): void {
    if (this.#pipe === null) this.#to.answered();
    else this.#pipe.end();
  }

  onBroken(): void {
    this.#to.broken(502);
  }

  onUnanswered(repeatable: boolean): void {
    this.#to.unanswered(repeatable);
  }

  /** Events go on for hours: they end when their backend goes, and not by its deadline. */
  #watchEvents(head: ResponseHead, body: Body, bytes: Buffer, start: number, end: number): void {
    const events = EventStream.of(head, body);
    if (events === null) return;
    this.#events = events;
    events.pass(bytes, start, end);
    this.#to.lease?.onDrain(() => {
      events.leaving = true;
      this.#sayFarewell();
    });
  }

  #sayFarewell(): void {
    const farewell = this.#events?.farewell ?? null;
    if (farewell === null) return;
    this.#events = null;
    this.attempts.drop();
    this.#to.visitor.outbox.send(farewell, 0, farewell.length);
    this.#to.answered();
  }

  /** Nothing of the app's answer is kept for it: what is still to come is not waited for. */
  #replaced(rules: ServiceRules, head: ResponseHead, body: Body): boolean {
    const text = replacedAnswer(rules, head, this.#to.head);
    if (text === null) return false;
    if (body.done) this.attempts.release();
    this.#to.begun(head.status, false);
    this.#to.say(head.status, text, false);
    return true;
  }

  #shape(head: ResponseHead): Shape | null {
    const { shaper } = this.attempts;
    if (shaper === null) return null;
    const { context } = this.#to;
    return shaper.shape(head, context.compressing < context.limits.compressors);
  }

  #handed(body: Body, free: boolean): void {
    if (body.done) {
      this.attempts.release();
      this.onEnd();
      return;
    }
    this.#to.going(free);
    if (!free) this.attempts.pauseAnswer();
  }

  /** The content alone, without the chunks it came in. */
  #content(body: Body, bytes: Buffer, start: number, end: number): boolean {
    const { outbox } = this.#to.visitor;
    const pieces = body.framing === 'chunked' ? body.takePieces() : [start, end];
    for (let at = 0; at < pieces.length; at += 2) {
      const from = pieces[at] ?? 0;
      const to = pieces[at + 1] ?? 0;
      if (this.#pipe === null) outbox.send(bytes, from, to);
      else this.#pipe.send(bytes, from, to);
    }
    return this.#pipe === null ? !outbox.blocked : this.#pipe.free;
  }
}
