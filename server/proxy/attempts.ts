/** The way of one request to an instance: chosen, connected, sent with its body, and tried again where that is safe. */

import type { Target } from '../../shared/proxy/backend.ts';
import type { DataPathContext } from './context.ts';
import type { Body } from './http1/body.ts';
import type { RequestHead } from './http1/request-head.ts';
import type { ResponseHead } from './http1/response-head.ts';
import { outgoingRequest } from './outgoing-head.ts';
import { isIdempotent, mayRetry } from './retry.ts';
import type { Lease } from './service.ts';
import type { AnswerShaper } from './shaping/answer-shape.ts';
import { UpstreamConnection, type UpstreamFailure, type UpstreamUser } from './upstream-connection.ts';
import type { Visitor } from './visitor.ts';

/** Who hears the answer. Bytes handed over belong to the receiver. */
export interface AnswerReader {
  onInterim(head: ResponseHead): void;
  /** The head, and the body's first bytes: `bytes` from `start` to `end`. `body.done` where that was all. */
  onHead(head: ResponseHead, body: Body, bytes: Buffer, start: number, end: number): void;
  onBody(body: Body, bytes: Buffer, start: number, end: number): void;
  /** The answer ended with the connection, as its framing allows. */
  onEnd(): void;
  /** The answer broke off. */
  onBroken(): void;
  /** No instance gave an answer. `repeatable`: it may be asked for again, and nothing of it needs to be kept. */
  onUnanswered(repeatable: boolean): void;
}

/** Bytes of a request's body kept for sending it again. */
const maxReplay = 65_536;
/** Requests that cannot be sent twice only get a connection used this recently: it is hardly about to be closed. */
const freshMs = 1_000;

export class Attempts implements UpstreamUser {
  readonly #context: DataPathContext;
  readonly #visitor: Visitor;
  readonly #head: RequestHead;
  readonly #body: Body;
  readonly #reader: AnswerReader;
  #lease: Lease | null = null;
  #outgoing = '';
  #upstream: UpstreamConnection | null = null;
  #tried: Set<string> | null = null;
  /** Started a second time: what may have ended an app is not given to more of them. */
  #again = false;
  #sent = false;
  #answered = false;
  // The part of the body that came with the head, or while nothing could be sent.
  #first: Buffer | null = null;
  #firstStart = 0;
  #firstEnd = 0;
  /** The body can no longer be sent again from its start. */
  #consumed = false;
  /** What may be done to the answer; null where it is passed on as it comes. */
  shaper: AnswerShaper | null = null;
  /** The instance asked last. */
  target: Target | null = null;

  constructor(
    context: DataPathContext,
    visitor: Visitor,
    head: RequestHead,
    body: Body,
    reader: AnswerReader,
  ) {
    this.#context = context;
    this.#visitor = visitor;
    this.#head = head;
    this.#body = body;
    this.#reader = reader;
  }

  get method(): string {
    return this.#head.method;
  }

  /** HTTP/1.0 knows no chunks, and what is changed is framed anew. */
  get wantsPieces(): boolean {
    return this.shaper !== null || this.#head.minor === 0;
  }

  /** The first bytes of the body, before `start`. */
  hold(bytes: Buffer, start: number, end: number): void {
    if (end === start) return;
    const held = this.#first;
    this.#first = held === null ? bytes : Buffer.concat([this.#firstBytes(held), bytes.subarray(start, end)]);
    this.#firstStart = held === null ? start : 0;
    this.#firstEnd = held === null ? end : this.#first.length;
  }

  /** What came of the body before anybody was asked; null for nothing. */
  held(): Buffer | null {
    return this.#first === null ? null : this.#firstBytes(this.#first);
  }

  /** Asks an instance of the lease; once more where `onUnanswered` said that it may. `path`: what the app is to see. */
  start(lease: Lease, path: string): void {
    this.#again = this.#lease !== null;
    this.#lease = lease;
    this.#tried = null;
    this.#outgoing = outgoingRequest(
      this.#head,
      this.shaper?.fields ?? this.#head.fields,
      path,
      this.#visitor.forwarded.lines(this.#head),
    );
    this.#pick(noneTried);
  }

  /** More of the request's body. `whole` where nobody else needs the buffer. */
  receive(bytes: Buffer, start: number, end: number, whole: boolean): void {
    if (!this.#sent) {
      // Read before the pause took hold; at most what was under way.
      this.hold(bytes, start, end);
      this.#visitor.pauseInput();
      return;
    }
    if (this.#upstream === null) return;
    this.#consumed = true;
    this.#first = null;
    const outbox = this.#upstream.outbox;
    if (!(whole ? outbox.give(bytes) : outbox.send(bytes, start, end))) this.#visitor.pauseInput();
    if (!this.#answered) this.#awaitHead();
  }

  /** No head of an answer came in time. Returns whose fault it was; null where another attempt was made. */
  expired(): 'client' | 'app' | null {
    const upstream = this.#upstream;
    if (upstream !== null && !this.#sent) {
      upstream.failed('refused');
      return null;
    }
    if (!this.#body.done && upstream?.outbox.blocked === false) return 'client';
    if (this.target !== null) this.#lease?.failed(this.target);
    return 'app';
  }

  pauseAnswer(): void {
    this.#upstream?.pause();
  }

  resumeAnswer(): void {
    this.#upstream?.resume();
  }

  /** The whole answer was read: keeps the connection where another request may use it. */
  release(): void {
    const upstream = this.#upstream;
    this.#upstream = null;
    if (upstream === null) return;
    const whole = this.#body.done && !upstream.outbox.blocked;
    if (whole && upstream.reusable && !this.#context.stopping) {
      upstream.release();
      this.#context.pool.put(upstream, this.#context.now);
    } else if (whole) {
      upstream.close();
    } else {
      upstream.abort();
    }
  }

  /** Stops at once; the app sees a reset. */
  drop(): void {
    this.#upstream?.abort();
    this.#upstream = null;
  }

  // ---- what the connection to the app says

  onConnected(): void {
    this.#ask();
  }

  onInterim(head: ResponseHead): void {
    this.#reader.onInterim(head);
  }

  onHead(head: ResponseHead, body: Body, bytes: Buffer, start: number, end: number): void {
    this.#answered = true;
    if (this.target !== null) this.#lease?.answered(this.target);
    this.#reader.onHead(head, body, bytes, start, end);
  }

  onBody(body: Body, bytes: Buffer, start: number, end: number): void {
    this.#reader.onBody(body, bytes, start, end);
  }

  onEnd(): void {
    this.#upstream = null;
    this.#reader.onEnd();
  }

  onUpstreamDrain(): void {
    if (!this.#body.done) this.#visitor.resumeInput();
  }

  onFailure(failure: UpstreamFailure): void {
    const upstream = this.#upstream;
    const target = this.target;
    this.#upstream = null;
    if (upstream === null || target === null) return;
    if (this.#answered) {
      this.#reader.onBroken();
      return;
    }
    const request = { method: this.method, replayable: !this.#consumed };
    this.#sent = false;
    // An app may close a kept connection just as it is used: no fault of the app's, and no byte was answered.
    if (failure === 'died' && upstream.served > 0 && !upstream.answering) {
      if (mayRetry(request, 'died')) this.#connect(target, true);
      else this.#unanswered();
      return;
    }
    if (failure !== 'garbled') this.#lease?.failed(target);
    this.#tried ??= new Set();
    const tried = this.#tried.add(target.id);
    // Once, unless nothing was sent at all: then every other instance may be asked.
    const again = mayRetry(request, failure) && (failure === 'refused' || (tried.size === 1 && !this.#again));
    if (again) this.#pick(tried);
    else if (failure === 'garbled') this.#reader.onUnanswered(false);
    else this.#unanswered();
  }

  onBug(error: Error): void {
    this.#context.errorLog.error('a connection to an app failed', { error });
  }

  #unanswered(): void {
    const bodiless = this.#body.done && this.#body.size === 0;
    this.#reader.onUnanswered(bodiless && isIdempotent(this.method));
  }

  #pick(tried: ReadonlySet<string>): void {
    const target = this.#lease?.pick(tried) ?? null;
    if (target === null) this.#unanswered();
    else this.#connect(target, false);
  }

  #connect(target: Target, fresh: boolean): void {
    const { pool, limits, now } = this.#context;
    this.target = target;
    const pooled = fresh ? null : pool.take(target, now, isIdempotent(this.method) ? undefined : freshMs);
    if (pooled !== null) {
      pooled.use(this);
      this.#upstream = pooled;
      this.#ask();
      return;
    }
    this.#visitor.deadline = now + limits.connectMs;
    if (!this.#body.done) this.#visitor.pauseInput();
    this.#upstream = UpstreamConnection.open(target, this.#context.shortcuts.to(target), this);
  }

  #ask(): void {
    if (this.#upstream === null) return;
    this.#sent = true;
    const first = this.#first;
    const free = this.#upstream.outbox.sendHead(this.#outgoing, first, this.#firstStart, this.#firstEnd);
    if (first !== null && this.#firstEnd - this.#firstStart > maxReplay) {
      this.#first = null;
      this.#consumed = true;
    }
    if (!this.#body.done) {
      if (free) this.#visitor.resumeInput();
      else this.#visitor.pauseInput();
    }
    this.#awaitHead();
  }

  #awaitHead(): void {
    const { now, limits } = this.#context;
    this.#visitor.deadline = now + (this.#body.done ? limits.responseMs : limits.bodyIdleMs);
  }

  #firstBytes(first: Buffer): Buffer {
    return first.subarray(this.#firstStart, this.#firstEnd);
  }
}

const noneTried: ReadonlySet<string> = new Set();
