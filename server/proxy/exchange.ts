/** One request and its answer: admitted, sent to an instance, relayed both ways, retried where that is safe, recorded. */

import { unreachable } from '../../shared/errors.ts';
import type { Target } from '../../shared/proxy/backend.ts';
import type { DataPathContext } from './context.ts';
import type { Body } from './http1/body.ts';
import { withCookiePaths } from './http1/cookie-path.ts';
import type { RequestHead } from './http1/request-head.ts';
import type { ResponseHead } from './http1/response-head.ts';
import { withoutPrefix } from './http1/strip-prefix.ts';
import { connectionLine, outgoingRequest, outgoingResponse } from './outgoing-head.ts';
import { type OwnAnswer, ownPage, statusOf } from './pages.ts';
import { isIdempotent, mayRetry } from './retry.ts';
import type { Lease, Match } from './service.ts';
import { UpstreamConnection, type UpstreamFailure, type UpstreamUser } from './upstream-connection.ts';
import type { Visitor } from './visitor.ts';

type Phase =
  /** Not sent anywhere yet: just arrived, or held by a pause. */
  | 'admitting'
  | 'connecting'
  /** Sent, or being sent; no head of an answer yet. */
  | 'asking'
  | 'answering'
  /** The answer is whole, but the client has not taken all of it. */
  | 'flushing'
  | 'done';

/** Bytes of a request's body kept for sending it again. */
const maxReplay = 65_536;
/** Requests that cannot be sent twice only get a connection used this recently: it is hardly about to be closed. */
const freshMs = 1_000;

export class Exchange implements UpstreamUser {
  readonly #context: DataPathContext;
  readonly #visitor: Visitor;
  readonly #head: RequestHead;
  readonly #body: Body;
  readonly #at: number;
  readonly #started: number;
  readonly #bytesBefore: number;
  #phase: Phase = 'admitting';
  #match: Match | null = null;
  #lease: Lease | null = null;
  #target: Target | null = null;
  #upstream: UpstreamConnection | null = null;
  #tried: Set<string> | null = null;
  #outgoing = '';
  // The part of the body that came with the head, or while nothing could be sent.
  #first: Buffer | null;
  #firstStart: number;
  #firstEnd: number;
  /** The body can no longer be sent again from its start. */
  #consumed = false;
  #status = 0;
  #byProxy = false;
  #reuse = false;
  #dechunk = false;
  #upstreamMs: number | null = null;
  #leaveQueue: (() => void) | null = null;

  constructor(
    context: DataPathContext,
    visitor: Visitor,
    head: RequestHead,
    body: Body,
    bytes: Buffer,
    start: number,
    end: number,
  ) {
    this.#context = context;
    this.#visitor = visitor;
    this.#head = head;
    this.#body = body;
    this.#first = end > start ? bytes : null;
    this.#firstStart = start;
    this.#firstEnd = end;
    this.#at = context.clock.now();
    this.#started = context.now = context.clock.monotonic();
    this.#bytesBefore = visitor.outbox.total;
  }

  get method(): string {
    return this.#head.method;
  }

  get wantsPieces(): boolean {
    return this.#head.minor === 0;
  }

  begin(): void {
    const { host, path, contentLength } = this.#head;
    const limit = this.#context.limits.body;
    this.#visitor.deadline = 0;
    // These paths belong to the server itself on every host; no app ever sees them.
    const reserved = path.startsWith('/.windlass') && /^\/\.windlass(?:[/?]|$)/.test(path);
    this.#match = host === '' || path === '*' || reserved ? null : this.#context.table().match(host, path);
    if (this.#match === null) this.#answer('no-route');
    else if (limit > 0 && (contentLength > limit || this.#body.payload > limit)) this.#answer('too-large');
    else this.#admit(this.#match);
  }

  /** More of the request's body. `whole` where nobody else needs the buffer. */
  receive(bytes: Buffer, start: number, end: number, whole: boolean): void {
    const limit = this.#context.limits.body;
    if (limit > 0 && this.#body.payload > limit) {
      this.#stopWith('too-large');
      return;
    }
    if (this.#phase === 'admitting' || this.#phase === 'connecting') {
      this.#hold(bytes.subarray(start, end));
      return;
    }
    if (this.#upstream === null) return;
    this.#consumed = true;
    this.#first = null;
    const outbox = this.#upstream.outbox;
    const free = whole ? outbox.give(bytes) : outbox.send(bytes, start, end);
    if (!free) this.#visitor.pauseInput();
    if (this.#phase === 'asking') this.#awaitHead();
  }

  /** The framing of the request's body turned out to be malformed. */
  malformed(): void {
    this.#stopWith('bad-request');
  }

  /** The client's socket took what waited. */
  drained(): void {
    if (this.#phase === 'answering') {
      this.#visitor.deadline = this.#context.now + this.#context.limits.responseIdleMs;
      this.#upstream?.resume();
    } else if (this.#phase === 'flushing') {
      this.#finish();
    }
  }

  /** The client went away: the app is told at once. */
  gone(): void {
    if (this.#phase === 'done') return;
    this.#dropUpstream();
    this.#leaveQueue?.();
    this.#record(499, this.#byProxy);
  }

  /** The visitor's deadline has passed. */
  expired(): void {
    switch (this.#phase) {
      case 'connecting':
        this.#upstream?.failed('refused');
        return;
      case 'asking':
        if (!this.#body.done && this.#upstream?.outbox.blocked === false) {
          this.#stopWith('request-timeout');
          return;
        }
        if (this.#target !== null) this.#lease?.failed(this.#target);
        this.#stopWith('gateway-timeout');
        return;
      case 'answering':
      case 'flushing':
        this.#cutShort(this.#status);
        return;
      default:
        return;
    }
  }

  // ---- what the connection to the app says

  onConnected(): void {
    this.#ask();
  }

  onInterim(head: ResponseHead): void {
    // HTTP/1.0 knows no interim answers (RFC 9110 section 15.2).
    if (this.#head.minor === 1)
      this.#visitor.outbox.sendHead(outgoingResponse(head, head.fields, false, ''), null, 0, 0);
  }

  onHead(head: ResponseHead, body: Body, bytes: Buffer, start: number, end: number): void {
    if (this.#target !== null) this.#lease?.answered(this.#target);
    this.#phase = 'answering';
    this.#status = head.status;
    this.#upstreamMs = this.#context.clock.monotonic() - this.#started;
    this.#dechunk = body.framing === 'chunked' && this.#head.minor === 0;
    this.#reuse = this.#mayReuse() && body.framing !== 'until-close' && !this.#dechunk;
    const route = this.#match?.route;
    const fields =
      route?.stripPrefix === true && route.pathPrefix !== '/'
        ? withCookiePaths(head.fields, route.pathPrefix)
        : head.fields;
    const chunked = head.chunked && !this.#dechunk && head.status !== 204;
    const text = outgoingResponse(head, fields, chunked, this.#ownLines());
    if (this.#dechunk) {
      this.#visitor.outbox.sendHead(text, null, 0, 0);
      this.#afterBytes(body, this.#sendPieces(body, bytes));
    } else {
      this.#afterBytes(body, this.#visitor.outbox.sendHead(text, bytes, start, end));
    }
  }

  onBody(body: Body, bytes: Buffer, start: number, end: number): void {
    const outbox = this.#visitor.outbox;
    if (this.#dechunk) this.#afterBytes(body, this.#sendPieces(body, bytes));
    else if (start === 0 && end === bytes.length) this.#afterBytes(body, outbox.give(bytes));
    else this.#afterBytes(body, outbox.send(bytes, start, end));
  }

  onEnd(): void {
    this.#upstream = null;
    this.#flush();
  }

  onUpstreamDrain(): void {
    if (!this.#body.done) this.#visitor.resumeInput();
  }

  onFailure(failure: UpstreamFailure): void {
    const upstream = this.#upstream;
    const target = this.#target;
    this.#upstream = null;
    if (upstream === null || target === null || this.#phase === 'done') return;
    if (this.#phase === 'answering') {
      this.#cutShort(502);
      return;
    }
    const request = { method: this.method, replayable: !this.#consumed };
    // An app may close a kept connection just as it is used: no fault of the app's, and no byte was answered.
    if (failure === 'died' && upstream.served > 0 && !upstream.answering) {
      if (mayRetry(request, 'died')) this.#connect(target, true);
      else this.#answer('bad-gateway');
      return;
    }
    if (failure !== 'garbled') this.#lease?.failed(target);
    this.#tried ??= new Set();
    const tried = this.#tried;
    tried.add(target.id);
    // Once, unless nothing was sent at all: then every other instance may be asked.
    const again = mayRetry(request, failure) && (failure === 'refused' || tried.size === 1);
    if (again) this.#pick(tried);
    else this.#answer('bad-gateway');
  }

  // ---- the way to an instance

  #admit(match: Match): void {
    const admission = match.service.admit();
    switch (admission.kind) {
      case 'go':
        this.#go(admission.lease);
        return;
      case 'wait':
        if (this.#asksHealth(match)) {
          admission.leave();
          this.#healthy();
          return;
        }
        this.#leaveQueue = admission.leave;
        if (!this.#body.done) this.#visitor.pauseInput();
        void admission.until.then((how) => this.#released(match, how));
        return;
      case 'stopped':
        if (this.#asksHealth(match)) this.#healthy();
        else this.#answer('unavailable');
        return;
      case 'empty':
        this.#answer('no-route');
        return;
      default:
        unreachable(admission);
    }
  }

  #released(match: Match, how: 'go' | 'timed-out' | 'stopped'): void {
    this.#leaveQueue = null;
    if (this.#phase !== 'admitting') return;
    if (how === 'go') this.#admit(match);
    else this.#answer(how === 'stopped' ? 'unavailable' : 'gateway-timeout');
  }

  #go(lease: Lease): void {
    this.#lease = lease;
    lease.onCut(() => this.#stopWith('gateway-timeout'));
    if (this.#phase === 'admitting') this.#pick(noneTried);
  }

  #pick(tried: ReadonlySet<string>): void {
    const target = this.#lease?.pick(tried) ?? null;
    if (target === null) this.#answer('bad-gateway');
    else this.#connect(target, false);
  }

  #connect(target: Target, fresh: boolean): void {
    const { pool, limits, now } = this.#context;
    this.#target = target;
    const idleMs = isIdempotent(this.method) && !this.#consumed ? undefined : freshMs;
    const pooled = fresh ? null : pool.take(target, now, idleMs);
    if (pooled !== null) {
      pooled.use(this);
      this.#upstream = pooled;
      this.#ask();
      return;
    }
    this.#phase = 'connecting';
    this.#visitor.deadline = now + limits.connectMs;
    if (!this.#body.done) this.#visitor.pauseInput();
    this.#upstream = UpstreamConnection.open(target, this);
  }

  #ask(): void {
    if (this.#upstream === null) return;
    if (this.#outgoing === '') {
      const route = this.#match?.route;
      const strip = route?.stripPrefix === true && route.pathPrefix !== '/';
      const path = strip ? withoutPrefix(this.#head.path, route.pathPrefix) : this.#head.path;
      this.#outgoing = outgoingRequest(this.#head, path, this.#visitor.forwarded.lines(this.#head));
    }
    this.#phase = 'asking';
    const first = this.#first;
    const free = this.#upstream.outbox.sendHead(
      this.#outgoing,
      first,
      this.#firstStart,
      first ? this.#firstEnd : this.#firstStart,
    );
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

  /** Keeps body bytes that came although the client's socket is paused: at most what was under way. */
  #hold(bytes: Buffer): void {
    const held = this.#first?.subarray(this.#firstStart, this.#firstEnd);
    this.#first = held === undefined ? bytes : Buffer.concat([held, bytes]);
    this.#firstStart = 0;
    this.#firstEnd = this.#first.length;
    this.#visitor.pauseInput();
  }

  // ---- the way back

  #afterBytes(body: Body, free: boolean): void {
    if (this.#phase !== 'answering') return;
    if (body.done) {
      this.#releaseUpstream();
      this.#flush();
      return;
    }
    const { now, limits } = this.#context;
    this.#visitor.deadline = now + (free ? limits.responseIdleMs : limits.bodyIdleMs);
    if (!free) this.#upstream?.pause();
  }

  /** For HTTP/1.0, which knows no chunks: their content alone, ended by the end of the connection. */
  #sendPieces(body: Body, bytes: Buffer): boolean {
    const outbox = this.#visitor.outbox;
    const pieces = body.takePieces();
    let free = !outbox.blocked;
    for (let at = 0; at < pieces.length; at += 2)
      free = outbox.send(bytes, pieces[at] ?? 0, pieces[at + 1] ?? 0);
    return free;
  }

  #releaseUpstream(): void {
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

  #flush(): void {
    if (this.#visitor.outbox.blocked) {
      this.#phase = 'flushing';
      this.#visitor.deadline = this.#context.now + this.#context.limits.bodyIdleMs;
    } else {
      this.#finish();
    }
  }

  // ---- what the proxy itself says

  #asksHealth({ service, route }: Match): boolean {
    const query = this.#head.path.indexOf('?');
    const path = query === -1 ? this.#head.path : this.#head.path.slice(0, query);
    return path === service.healthPath || withoutPrefix(path, route.pathPrefix) === service.healthPath;
  }

  #healthy(): void {
    this.#reuse = this.#mayReuse();
    const fields = `Content-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\nCache-Control: no-store\r\n`;
    const body = this.method === 'HEAD' ? '' : 'ok\n';
    this.#say(200, `HTTP/1.1 200 OK\r\n${fields}${connectionLine(this.#head, this.#reuse)}\r\n${body}`);
  }

  #answer(answer: OwnAnswer): void {
    this.#reuse = this.#mayReuse() && answer !== 'request-timeout';
    const connection = connectionLine(this.#head, this.#reuse);
    this.#say(
      statusOf(answer),
      ownPage(answer, { method: this.method, accept: this.#head.accept, connection }),
    );
  }

  #say(status: number, text: string): void {
    this.#status = status;
    this.#byProxy = true;
    this.#visitor.outbox.sendHead(text, null, 0, 0);
    this.#flush();
  }

  /** Ends the exchange before its time: with `answer` where none was begun, else by a cut. */
  #stopWith(answer: OwnAnswer): void {
    switch (this.#phase) {
      case 'done':
      case 'flushing':
        return;
      case 'answering':
        this.#cutShort(statusOf(answer));
        return;
      default:
        this.#leaveQueue?.();
        this.#dropUpstream();
        this.#answer(answer);
    }
  }

  #cutShort(status: number): void {
    this.#dropUpstream();
    this.#record(status, true);
    this.#visitor.abort();
  }

  #dropUpstream(): void {
    this.#upstream?.abort();
    this.#upstream = null;
  }

  #mayReuse(): boolean {
    return this.#head.keepsAlive && this.#body.done && !this.#context.stopping;
  }

  #ownLines(): string {
    const connection = connectionLine(this.#head, this.#reuse);
    const { probe } = this.#head;
    const asked = probe !== '' && this.#visitor.local && probe === this.#context.probeToken;
    return asked ? `Windlass-Release: ${this.#lease?.backend.release}\r\n${connection}` : connection;
  }

  #finish(): void {
    this.#record(this.#status, this.#byProxy);
    this.#visitor.finished(this.#reuse);
  }

  #record(status: number, byProxy: boolean): void {
    this.#phase = 'done';
    this.#visitor.deadline = 0;
    const { path, userAgent, referrer, host } = this.#head;
    const lease = this.#lease;
    this.#context.log.record({
      at: this.#at,
      service: this.#match?.service.key ?? null,
      release: lease?.backend.release ?? null,
      target: this.#target?.id ?? null,
      client: this.#visitor.forwarded.visitor(this.#head),
      method: this.method,
      host,
      path,
      status,
      bytesIn: this.#body.size,
      bytesOut: this.#visitor.outbox.total - this.#bytesBefore,
      ms: this.#context.clock.monotonic() - this.#started,
      upstreamMs: this.#upstreamMs,
      userAgent,
      referrer,
    });
    lease?.end({ status, byProxy });
  }
}

const noneTried: ReadonlySet<string> = new Set();
