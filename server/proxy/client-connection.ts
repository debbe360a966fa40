/** One client's connection: reads heads, hands each request to an exchange, one at a time, and keeps its deadlines. */

import type { ClientSocket } from './client-socket.ts';
import type { Connection } from './connection.ts';
import type { ClientShare } from './connection-room.ts';
import type { DataPathContext } from './context.ts';
import { Exchange } from './exchange.ts';
import type { InLine } from './fair-turns.ts';
import { ForwardedLines } from './forwarded.ts';
import { type Body, requestBody } from './http1/body.ts';
import { textOf } from './http1/latin1.ts';
import { faultOfPartial } from './http1/partial-head.ts';
import { HeadRefusal, parseRequestHead, type RequestHead } from './http1/request-head.ts';
import { letGo } from './let-go.ts';
import { Outbox } from './outbox.ts';
import { Overdraft } from './overdraft.ts';
import { Pace } from './pace.ts';
import { type OwnAnswer, ownAnswerFor, ownPage, statusOf } from './pages.ts';
import { reasonOf } from './requests/turned-away.ts';
import { turnedAwayEntry } from './tally.ts';
import { type DoorPage, doorPage } from './tls/door-page.ts';
import type { Tunnel, Visitor } from './visitor.ts';

type State =
  /** Between requests, or inside a head. */
  | 'head'
  | 'exchange'
  | 'tunnel'
  /** The last answer is sent; what the client still sends is read and thrown away, or it might lose the answer. */
  | 'lingering'
  | 'closed';

/** How long a client that still sends is listened to after the last answer, ms. */
const lingerMs = 2_000;

/** Bytes of further requests read while one is answered. */
const maxUnread = 65_536;

export class ClientConnection implements Connection, Visitor, InLine {
  readonly outbox: Outbox;
  readonly address: string;
  readonly port: number;
  readonly local: boolean;
  readonly forwarded: ForwardedLines;
  readonly overdraft: Overdraft;
  deadline = 0;
  readonly #socket: ClientSocket;
  readonly #context: DataPathContext;
  readonly #scheme: 'http' | 'https';
  #state: State = 'head';
  #exchange: Exchange | null = null;
  #body: Body | null = null;
  #tunnel: Tunnel | null = null;
  /** The begin of a head, as far as it has come. */
  #partial = '';
  /** Bytes read but not yet understood: the next request of a client that does not wait for answers. */
  #unread: Buffer | null = null;
  readonly #share: ClientShare;
  readonly #pace = new Pace();
  #reading = false;
  /** What was read waits for its turn. */
  #inLine = false;
  #paused = false;

  constructor(socket: ClientSocket, context: DataPathContext, scheme: 'http' | 'https') {
    this.#socket = socket;
    this.#context = context;
    this.#scheme = scheme;
    const peer = socket.remoteAddress;
    this.address = peer.startsWith('::ffff:') ? peer.slice(7) : peer;
    this.port = socket.remotePort;
    this.#share = context.room.share(this.address);
    this.outbox = new Outbox(socket, this.#share);
    this.overdraft = new Overdraft(context, this.address, this.#share);
    this.local = this.address.startsWith('127.') || this.address === '::1' || peer === socket.localAddress;
    this.forwarded = new ForwardedLines(this.address, scheme, context.trusted);
    this.deadline = context.now + context.limits.headMs;
  }

  /** Whether it waits for a request and has not seen a byte of it. */
  get idle(): boolean {
    return this.#state === 'head' && this.#partial === '' && !this.#inLine;
  }

  // ---- what the socket says

  received(chunk: Buffer): void {
    switch (this.#state) {
      case 'exchange':
        this.#receiveBody(chunk);
        break;
      case 'head':
        this.#unread = this.#unread === null ? chunk : Buffer.concat([this.#unread, chunk]);
        if (this.#inLine) this.#boundUnread();
        else this.#read();
        break;
      case 'tunnel':
        this.#tunnel?.received(chunk);
        return;
      default:
        return;
    }
    if (this.#exchange?.copies === true && this.#unread === null) letGo(chunk);
  }

  socketDrained(): void {
    if (!this.outbox.flush()) return;
    if (this.#state === 'lingering') this.#socket.shutdown();
    else (this.#tunnel ?? this.#exchange)?.drained();
  }

  /** The client sent its FIN. Before the answer is whole that means it went away, as for nearly all clients it does. */
  ended(): void {
    switch (this.#state) {
      case 'exchange':
        this.#socket.terminate();
        this.socketClosed();
        return;
      case 'tunnel':
        if (this.#tunnel?.answered === true) {
          this.#tunnel.ended();
        } else {
          this.#socket.terminate();
          this.socketClosed();
        }
        return;
      case 'head':
      case 'lingering':
        this.#close();
        return;
      case 'closed':
        return;
    }
  }

  socketClosed(): void {
    const tunnel = this.#tunnel;
    this.#leave();
    tunnel?.clientGone();
  }

  sweep(now: number): void {
    this.#judgePace(now);
    if (this.deadline === 0 || now < this.deadline) return;
    this.deadline = 0;
    switch (this.#state) {
      case 'exchange':
        this.#exchange?.expired();
        return;
      case 'head':
        if (this.#partial === '') this.#close();
        else this.#refuse('request-timeout', null);
        return;
      case 'lingering':
        this.#close();
        return;
      case 'tunnel':
        this.#tunnel?.expired();
        return;
      default:
        return;
    }
  }

  /** Cuts short what a client draws out: a body that trickles in before any answer, an answer that trickles out. */
  #judgePace(now: number): void {
    const reading = this.outbox.blocked;
    const sending = this.#exchange?.awaitsBody === true && !this.#paused;
    const work = reading ? 'reading' : sending ? 'sending' : 'none';
    const bytes = reading ? this.outbox.taken : sending ? (this.#body?.size ?? 0) : 0;
    if (!this.#pace.tooSlow(now, work, bytes)) return;
    this.#context.turnedAway.note(reading ? 'slow-reader' : 'slow-body');
    if (this.#state === 'exchange') this.#exchange?.expired();
    else this.#socket.terminate();
  }

  /** Ends it where it is idle; a connection that answers closes after its answer as the data path stops. */
  closeIdle(): void {
    if (this.idle) this.#close();
  }

  // ---- what the exchange says

  strictLine(host: string): string {
    const value = this.#scheme === 'https' ? this.#context.strictTransport(host) : null;
    return value === null ? '' : `Strict-Transport-Security: ${value}\r\n`;
  }

  pauseInput(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#socket.pause();
  }

  resumeInput(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket.resume();
  }

  finished(reuse: boolean): void {
    this.#exchange = null;
    if (this.#state !== 'exchange') return;
    if (!reuse) {
      this.#linger();
      return;
    }
    this.#state = 'head';
    this.#body = null;
    this.#expectHead();
    if (this.#unread !== null) this.#read();
    else this.resumeInput();
  }

  abort(): void {
    this.#exchange = null;
    this.#state = 'closed';
    this.deadline = 0;
    this.#socket.terminate();
  }

  enterTunnel(tunnel: Tunnel): void {
    if (this.#state !== 'exchange') {
      tunnel.clientGone();
      return;
    }
    this.#state = 'tunnel';
    this.#tunnel = tunnel;
    this.#socket.setKeepAlive(true, 60_000);
    const unread = this.#unread;
    this.#unread = null;
    if (unread !== null) tunnel.received(unread);
    this.resumeInput();
  }

  endTunnel(): void {
    this.#tunnel = null;
    if (this.#state === 'tunnel') this.#linger();
  }

  leaveTunnel(): void {
    this.#tunnel = null;
    if (this.#state === 'tunnel') this.#state = 'exchange';
  }

  // ---- reading

  #expectHead(): void {
    this.deadline = this.#context.now + this.#context.limits.idleMs;
  }

  #read(): void {
    // An exchange that ends at once calls `finished`, and that this: one loop instead of ever deeper calls.
    if (this.#reading) return;
    this.#reading = true;
    while (this.#state === 'head' && this.#unread !== null && this.#mayRead()) this.#readHead(this.#unread);
    this.#reading = false;
    if (this.#state === 'head' && !this.#inLine) this.resumeInput();
  }

  #mayRead(): boolean {
    const { turns, room, now } = this.#context;
    this.#inLine = !turns.begin(this.#share.turns, this, now, room.clients < 2);
    return !this.#inLine;
  }

  takeTurn(): void {
    this.#inLine = false;
    if (this.#state !== 'head' || this.#unread === null) return;
    this.#reading = true;
    this.#readHead(this.#unread);
    this.#reading = false;
    this.#read();
  }

  #readHead(chunk: Buffer): void {
    this.#unread = null;
    const before = this.#partial.length;
    const limit = this.#context.limits.head;
    const text = this.#partial + textOf(chunk, 0, limit + 8);
    // Empty lines before a request are passed over (RFC 9112 section 2.2), two at most.
    let start = 0;
    while (start < 4 && text.startsWith('\r\n', start)) start += 2;
    const end = text.indexOf('\r\n\r\n', Math.max(start, before - 3));
    if (end === -1 || end - start > limit) {
      this.#readPartial(text, start, before, limit);
      return;
    }
    this.#partial = '';
    const head = parseRequestHead(text, start, end + 2);
    if (head instanceof HeadRefusal) {
      this.#refuse(ownAnswerFor(head.status), null);
      return;
    }
    const { handOver } = this.#context;
    if (handOver?.wants(head, this.#scheme) === true) {
      const raw = Buffer.from(text.slice(start, end + 4), 'latin1');
      this.#state = 'exchange';
      this.#unread = Buffer.concat([raw, chunk.subarray(end + 4 - before)]);
      this.enterTunnel(handOver.open(this, this.#scheme, this.#socket.localAddress));
      return;
    }
    if (this.#scheme === 'http') {
      const came = { local: this.local, scheme: this.forwarded.schemeFor(head) };
      const page = doorPage(head, came, this.#context);
      if (page !== null) {
        this.#turnAway(page, head);
        return;
      }
    }
    const from = end + 4 - before;
    const body = requestBody(head);
    const stop = body.take(chunk, from, chunk.length);
    if (stop < chunk.length) this.#unread = chunk.subarray(stop);
    if (body.bad) {
      this.#refuse('bad-request', head);
      return;
    }
    this.#state = 'exchange';
    this.#body = body;
    const exchange = new Exchange(this.#context, this, head, body, chunk, from, stop);
    this.#exchange = exchange;
    exchange.begin();
    if (this.#exchange === exchange) this.#boundUnread();
  }

  /** The first `seen` characters of `text` were judged as they came. */
  #readPartial(text: string, start: number, seen: number, limit: number): void {
    const fault = faultOfPartial(text, start, seen, limit);
    if (fault !== null) this.#refuse(fault, null);
    else {
      if (this.#partial === '') this.deadline = this.#context.now + this.#context.limits.headMs;
      this.#partial = text;
    }
  }

  #receiveBody(chunk: Buffer): void {
    const body = this.#body;
    const exchange = this.#exchange;
    if (body === null || exchange === null) return;
    const stop = body.done ? 0 : body.take(chunk, 0, chunk.length);
    if (stop < chunk.length && !body.bad) {
      const rest = chunk.subarray(stop);
      this.#unread = this.#unread === null ? rest : Buffer.concat([this.#unread, rest]);
      this.#boundUnread();
    }
    if (body.bad) exchange.malformed();
    else if (stop > 0) exchange.receive(chunk, 0, stop, stop === chunk.length);
  }

  /** Stops reading ahead. Not before there is much, as a paused socket does not say that the client went away. */
  #boundUnread(): void {
    if (this.#unread !== null && this.#unread.length > maxUnread) this.pauseInput();
  }

  // ---- ending

  /** Answers a request that never became one, records it, and closes. */
  #refuse(answer: OwnAnswer, head: RequestHead | null): void {
    const method = head?.method ?? '';
    this.#context.turnedAway.note(reasonOf(answer));
    const text = ownPage(answer, { method, accept: head?.accept ?? '', connection: 'Connection: close\r\n' });
    this.#turnAway({ status: statusOf(answer), text }, head);
  }

  #turnAway({ status, text }: DoorPage, head: RequestHead | null): void {
    this.outbox.sendHead(text, null, 0, 0);
    const { clock, log } = this.#context;
    log.record(turnedAwayEntry(head, clock.now(), this.address, status, text.length));
    this.#partial = '';
    this.#linger();
  }

  #linger(): void {
    this.#unread = null;
    this.#state = 'lingering';
    this.deadline = this.#context.now + lingerMs;
    if (!this.outbox.blocked) this.#socket.shutdown();
    this.resumeInput();
  }

  #close(): void {
    this.#state = 'closed';
    this.deadline = 0;
    this.#socket.end();
  }

  #leave(): void {
    this.#state = 'closed';
    this.deadline = 0;
    this.#tunnel = null;
    this.#unread = null;
    const exchange = this.#exchange;
    this.#exchange = null;
    this.outbox.discard();
    exchange?.gone();
  }
}
