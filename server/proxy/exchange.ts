/** One request and its answer: admitted, answered by an instance, a folder or the proxy itself, and recorded. */

import { unreachable } from '../../shared/errors.ts';
import { AnswerRelay } from './answer-relay.ts';
import type { Answering, Responder } from './answering.ts';
import type { DataPathContext } from './context.ts';
import { endpointBehind, endpointOn, isReserved } from './endpoints/addressed-endpoint.ts';
import { EndpointRelay } from './endpoints/endpoint-relay.ts';
import { FolderRelay } from './folder-relay.ts';
import type { Body } from './http1/body.ts';
import type { RequestHead } from './http1/request-head.ts';
import { asksHealth, insidePath, strippedPrefix } from './match-path.ts';
import { connectionLine } from './outgoing-head.ts';
import { healthPage, type OwnAnswer, ownPage, statusOf } from './pages.ts';
import { askRules, refusal } from './rules/entry.ts';
import type { Places, ServiceRules } from './rules/service-rules.ts';
import type { Lease, Match, Service } from './service.ts';
import { shaperFor } from './shaping/answer-shape.ts';
import { Tally } from './tally.ts';
import type { UpgradeRelay } from './upgrade-relay.ts';
import type { Visitor } from './visitor.ts';

type Phase =
  /** Just arrived, or held: by a pause, or as the app went away. */
  | 'admitting'
  /** On its way to an instance; no head of an answer yet. */
  | 'asking'
  | 'answering'
  /** The answer is whole, but the client has not taken all of it. */
  | 'flushing'
  | 'tunnel'
  | 'done';

export class Exchange implements Answering {
  readonly context: DataPathContext;
  readonly visitor: Visitor;
  readonly head: RequestHead;
  readonly body: Body;
  readonly #tally: Tally;
  readonly #relay: AnswerRelay;
  #phase: Phase = 'admitting';
  #match: Match | null = null;
  /** Whose site an endpoint answers for. */
  #site: Service | null = null;
  lease: Lease | null = null;
  /** Who answers in an app's place. */
  #responder: Responder | null = null;
  #upgrade: UpgradeRelay | null = null;
  #reuse = false;
  #wasHeld = false;
  #leaveQueue: (() => void) | null = null;
  #places: Places | null = null;
  /** Bytes of the request's content; 0 for no bound. */
  #bodyLimit: number;

  /** `body` has taken the first bytes that came with the head: those of `bytes` from `start` to `end`. */
  constructor(
    context: DataPathContext,
    visitor: Visitor,
    head: RequestHead,
    body: Body,
    bytes: Buffer,
    start: number,
    end: number,
  ) {
    this.context = context;
    this.visitor = visitor;
    this.head = head;
    this.body = body;
    this.#bodyLimit = context.limits.body;
    this.#tally = new Tally(context, visitor);
    this.#relay = new AnswerRelay(this);
    this.#relay.attempts.hold(bytes, start, end);
  }

  // ---- what the client's connection says

  begin(): void {
    const { host, path } = this.head;
    this.visitor.deadline = 0;
    if (this.visitor.overdraft.isCutOff() && !this.#isOwnProbe) {
      this.#answer('busy');
      return;
    }
    if (isReserved(path)) {
      this.#answerFrom(endpointBehind(this.context, host, path));
      return;
    }
    this.#match = host === '' || path === '*' ? null : this.context.table().match(host, path);
    if (this.#match === null) this.#answerFrom(endpointOn(this.context, host, path));
    else this.#enter(this.#match);
  }

  /** More of the request's body. `whole` where nobody else needs the buffer. */
  receive(bytes: Buffer, start: number, end: number, whole: boolean): void {
    if (this.#responder !== null) this.#responder.receive(bytes, start, end);
    else if (this.#bodyLimit > 0 && this.body.payload > this.#bodyLimit) this.refused('too-large');
    else this.#relay.attempts.receive(bytes, start, end, whole);
  }

  /** Whether whoever answers has a copy of what came of the body, so that nobody needs the bytes it came in. */
  get copies(): boolean {
    return this.#responder instanceof EndpointRelay;
  }

  /** Whether nothing can be answered before more of the request's body comes. */
  get awaitsBody(): boolean {
    if (this.#phase !== 'asking' || this.body.done) return false;
    return this.body.size > 0 || !this.head.expectsContinue;
  }

  /** The framing of the request's body turned out to be malformed. */
  malformed(): void {
    this.refused('bad-request');
  }

  /** The client's socket took what waited. */
  drained(): void {
    if (this.#phase === 'flushing') {
      this.#finish();
    } else if (this.#phase === 'answering') {
      this.visitor.deadline = this.context.now + this.context.limits.responseIdleMs;
      (this.#responder ?? this.#relay).drained();
    }
  }

  /** The client went away: the app is told at once. */
  gone(): void {
    if (this.#phase !== 'done') this.#record(this.#phase === 'tunnel' ? this.#tally.status || 499 : 499);
  }

  /** The visitor's deadline has passed. */
  expired(): void {
    switch (this.#phase) {
      case 'asking': {
        const fault = this.#responder === null ? this.#relay.attempts.expired() : 'client';
        if (fault !== null) this.refused(fault === 'client' ? 'request-timeout' : 'gateway-timeout');
        return;
      }
      case 'answering':
      case 'flushing':
        this.broken(this.#tally.status);
    }
  }

  // ---- what whoever answers says

  get strippedPrefix(): string | null {
    return strippedPrefix(this.#match);
  }

  /** Not after a failed upgrade: what the client sent meanwhile is no request. */
  mayReuse(): boolean {
    return this.head.keepsAlive && this.body.done && this.#upgrade === null && !this.context.stopping;
  }

  /** Names the release to the server's own probe. */
  ownLines(): string {
    const strict = this.visitor.strictLine(this.head.host);
    return this.#isOwnProbe ? `${strict}Windlass-Release: ${this.lease?.backend.release}\r\n` : strict;
  }

  get rules(): ServiceRules | null {
    return this.#match?.service.rules ?? null;
  }

  answerFields(fields: string): string {
    return this.rules?.answerFields(fields, this.head.path, this.head.fields) ?? fields;
  }

  begun(status: number, reuse: boolean): void {
    this.#phase = 'answering';
    this.#tally.answered(status);
    this.#reuse = reuse;
  }

  going(free: boolean): void {
    const { now, limits } = this.context;
    this.visitor.deadline = now + (free ? limits.responseIdleMs : limits.bodyIdleMs);
    if (!free && this.visitor.overdraft.isOverdrawn()) this.broken(this.#tally.status);
  }

  unanswered(repeatable: boolean): void {
    if (!repeatable || !this.#hold()) this.#answer('bad-gateway');
  }

  // ---- admission

  #enter(match: Match): void {
    const { rules } = match.service;
    if (rules !== null && !this.#isOwnProbe) {
      const judgement = askRules(rules, this, this.#tally.at);
      if (judgement.kind === 'stop') {
        const { status, text } = refusal(judgement.verdict, match.service, this);
        this.say(status, text);
        return;
      }
      this.#places = judgement.places;
      if (rules.maxBody > 0) this.#bodyLimit = rules.maxBody;
    }
    const limit = this.#bodyLimit;
    if (limit > 0 && (this.head.contentLength > limit || this.body.payload > limit))
      this.#answer('too-large');
    else this.#admit(match);
  }

  #admit(match: Match): void {
    const admission = match.service.admit();
    switch (admission.kind) {
      case 'go':
        this.#go(admission.lease);
        return;
      case 'wait':
        if (asksHealth(this.head.path, match)) {
          admission.leave();
          this.#sayHealthy();
          return;
        }
        this.#leaveQueue = admission.leave;
        if (!this.body.done) this.visitor.pauseInput();
        void admission.until.then((how) => this.#released(match, how));
        return;
      case 'stopped':
        if (asksHealth(this.head.path, match)) this.#sayHealthy();
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
    this.context.now = this.context.clock.monotonic();
    if (how === 'go') this.#admit(match);
    else this.#answer(how === 'stopped' ? 'unavailable' : 'gateway-timeout');
  }

  /** Waits for something that can answer, once. False where that is in vain. */
  #hold(): boolean {
    const match = this.#match;
    if (this.#wasHeld || this.context.stopping || match === null || this.lease === null) return false;
    const hold = match.service.hold(this.lease);
    if (hold === null) return false;
    this.#wasHeld = true;
    this.#phase = 'admitting';
    this.visitor.deadline = 0;
    this.#leaveQueue = hold.leave;
    void hold.until.then(() => {
      if (this.#phase !== 'admitting') return;
      // To its release this was a failure, whoever answers in the end.
      this.lease?.end({ status: 502, byProxy: true });
      this.lease = null;
      this.#released(match, 'go');
    });
    return true;
  }

  #go(lease: Lease): void {
    this.lease = lease;
    lease.onCut(() => this.refused('gateway-timeout'));
    if (this.#phase !== 'admitting') return;
    const inside = insidePath(this.head.path, this.#match);
    const shaper = shaperFor(this.context.filters(), this.#match, lease, this.head, this.visitor);
    if (lease.backend.kind === 'folder') {
      this.#phase = 'answering';
      const relay = new FolderRelay(this, shaper);
      this.#responder = relay;
      relay.answer(lease.backend, inside);
    } else if (this.head.wantsWebSocket && this.body.done) {
      void this.#openUpgrade(lease, inside);
    } else {
      this.#phase = 'asking';
      this.#relay.attempts.shaper = shaper;
      this.#relay.attempts.start(lease, inside);
    }
  }

  #answerFrom(addressed: ReturnType<typeof endpointOn>): void {
    if (addressed === null) {
      this.#answer('no-route');
      return;
    }
    this.#site = addressed.site;
    this.#phase = 'asking';
    const relay = new EndpointRelay(this, addressed);
    this.#responder = relay;
    relay.begin(this.#relay.attempts.held());
  }

  async #openUpgrade(lease: Lease, inside: string): Promise<void> {
    this.#phase = 'tunnel';
    // Loaded on first use: few servers carry WebSockets all the time.
    const { UpgradeRelay } = await import('./upgrade-relay.ts');
    if (this.#ended) return;
    this.#upgrade = new UpgradeRelay(this.context, this.visitor, this.head, lease);
    const end = await this.#upgrade.run(inside, (status) => this.#tally.answered(status));
    if (this.#ended) return;
    if (end === 'relayed') {
      this.#record(this.#tally.status);
    } else {
      this.#phase = 'asking';
      this.#answer(end === 'silent' ? 'gateway-timeout' : 'bad-gateway');
    }
  }

  // ---- what the proxy itself says

  #answer(answer: OwnAnswer): void {
    const { method, accept } = this.head;
    const status = statusOf(answer);
    const page = this.rules?.page(status) ?? null;
    this.say(status, (connection) => ownPage(answer, { method, accept, connection, page }));
  }

  #sayHealthy(): void {
    this.say(200, (connection) => healthPage(this.head.method, connection));
  }

  say(status: number, text: (connection: string) => string, byProxy = true): void {
    this.#relay.drop();
    this.#tally.status = status;
    this.#tally.byProxy = byProxy;
    this.#reuse = this.mayReuse();
    this.visitor.outbox.sendHead(text(connectionLine(this.head, this.#reuse)), null, 0, 0);
    this.answered();
  }

  // ---- the end

  answered(): void {
    if (this.visitor.outbox.blocked) {
      this.#phase = 'flushing';
      this.going(false);
    } else {
      this.#finish();
    }
  }

  #finish(): void {
    this.#record(this.#tally.status);
    this.visitor.finished(this.#reuse);
  }

  /** Ends the exchange before its time: with `answer` where none was begun, else by a cut. */
  refused(answer: OwnAnswer): void {
    switch (this.#phase) {
      case 'done':
      case 'flushing':
        return;
      case 'tunnel':
        if (this.#tally.status === 0) this.#upgrade?.expire();
        else this.broken(statusOf(answer));
        return;
      case 'answering':
        this.broken(statusOf(answer));
        return;
      default:
        this.#answer(answer);
    }
  }

  broken(status: number): void {
    this.#tally.byProxy = true;
    this.#record(status);
    this.visitor.abort();
  }

  get #isOwnProbe(): boolean {
    return this.visitor.local && this.head.probe === this.context.probeToken;
  }

  get #ended(): boolean {
    return this.#phase === 'done';
  }

  /** Lets go of everything, writes the line of the access log and gives the lease back. */
  #record(status: number): void {
    this.#phase = 'done';
    this.visitor.deadline = 0;
    this.#relay.drop();
    this.#responder?.close();
    this.#leaveQueue?.();
    this.#places?.leave();
    const lease = this.lease;
    this.#tally.record(this.head, status, this.body.size + (this.#upgrade?.bytesIn ?? 0), {
      service: (this.#match?.service ?? this.#site)?.key ?? null,
      release: lease?.backend.release ?? this.#site?.release ?? null,
      target: this.#upgrade?.target?.id ?? this.#relay.attempts.target?.id ?? null,
    });
    lease?.end({ status, byProxy: this.#tally.byProxy });
  }
}
