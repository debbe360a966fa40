/** One client's connection: a request at a time is read, handed on, and answered, whole or as it comes. */

import type { Answer, Sink, Source } from './answer.ts';
import { answerHead } from './answer-head.ts';
import { Ask } from './ask.ts';
import { Outbox } from './outbox.ts';
import { Refused } from './request-head.ts';
import { type Request, RequestReader } from './request-reader.ts';

export interface ClientSocket {
  readonly remoteAddress: string;
  write(bytes: Uint8Array, offset: number, length: number): number;
  pause(): void;
  resume(): void;
  /** Sends what was written, then a FIN; what still comes is read. */
  shutdown(): void;
  end(): void;
  terminate(): void;
}

/** Must not throw or reject. */
export type Handle = (ask: Ask) => Answer | Promise<Answer>;

/** Bytes read ahead while a request is answered. */
const mostUnread = 64 * 1024;
/** Bytes of a stream that may wait for a slow reader before its source is told to wait. */
const mostWaiting = 64 * 1024;
/** For a request to be whole, or a client to take anything of what waits for it. */
const stuckMs = 120_000;
/** Kept without a request. */
const idleMs = 600_000;
/** A client that still sends is listened to after its last answer, or it might lose it. */
const lingerMs = 5000;

export class Client implements Sink {
  readonly #socket: ClientSocket;
  readonly #handle: Handle;
  readonly #reader: RequestReader;
  readonly #outbox: Outbox;
  #state: 'reading' | 'answering' | 'lingering' | 'closed' = 'reading';
  #ask: Ask | null = null;
  #source: Source | null = null;
  #keep = true;
  /** Of a stream whose first bytes it leaves with. */
  #head = '';
  #paused = false;
  #running = false;
  /** When a sweep first saw it as it is; 0 where none has. */
  #since = 0;

  constructor(socket: ClientSocket, handle: Handle) {
    this.#socket = socket;
    this.#handle = handle;
    this.#outbox = new Outbox(socket);
    this.#reader = new RequestReader(() => this.#outbox.send('HTTP/1.1 100 Continue\r\n\r\n', null));
  }

  received(bytes: Buffer): void {
    if (this.#state === 'lingering' || this.#state === 'closed') return;
    this.#reader.push(bytes);
    if (this.#state === 'reading') this.#run();
    else if (this.#reader.waiting > mostUnread) this.#pause();
  }

  drained(): void {
    this.#since = 0;
    if (!this.#outbox.flush()) return;
    if (this.#state === 'lingering') this.#socket.shutdown();
    else this.#source?.resume();
  }

  gone(): void {
    const { leaving } = this.#ask ?? {};
    const source = this.#source;
    this.#state = 'closed';
    this.#ask = null;
    this.#source = null;
    this.#outbox.discard();
    leaving?.leave();
    source?.cancel();
  }

  /** Ends what is stuck; `now` in ms, and never jumps. */
  sweep(now: number): void {
    const blocked = this.#outbox.waiting > 0;
    if (this.#since === 0) this.#since = now;
    else if (this.#state === 'answering' && !blocked) this.#since = now;
    const most = this.#state === 'lingering' ? lingerMs : blocked || !this.#reader.idle ? stuckMs : idleMs;
    if (now - this.#since >= most) this.#socket.terminate();
  }

  /** No further request is taken; what is being answered is. */
  finish(): void {
    if (this.#state === 'answering') this.#keep = false;
    else this.#socket.end();
  }

  /** One loop in place of ever deeper calls: an answer that is there at once leads to the next request. */
  #run(): void {
    if (this.#running) return;
    this.#running = true;
    while (this.#state === 'reading') {
      let request: Request | null;
      try {
        request = this.#reader.next();
      } catch (error) {
        this.#refuse(error instanceof Refused ? error : new Refused(400, String(error)));
        break;
      }
      if (request === null) break;
      this.#begin(request);
    }
    this.#running = false;
    if (this.#state === 'reading') this.#unpause();
  }

  #begin(request: Request): void {
    const ask = new Ask(request, this.#socket);
    this.#state = 'answering';
    this.#since = 0;
    this.#keep = ask.head.keep;
    this.#ask = ask;
    const answer = this.#handle(ask);
    if (answer instanceof Promise) void answer.then((settled) => this.#answer(ask, settled));
    else this.#answer(ask, answer);
  }

  #answer(ask: Ask, answer: Answer): void {
    if (this.#ask !== ask) {
      // Nobody is there any more; who made the stream wants to know.
      if (answer.kind === 'stream') answer.source.cancel();
      return;
    }
    if (answer.kind === 'whole') {
      const { status, headers, body } = answer;
      const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
      const head = answerHead(status, headers, `content-length: ${bytes.length}\r\n`, this.#keep);
      this.#outbox.send(head, ask.head.method === 'HEAD' ? null : bytes);
      this.#done();
      return;
    }
    if (ask.head.old) this.#keep = false;
    const framing = ask.head.old ? '' : 'transfer-encoding: chunked\r\n';
    this.#head = answerHead(200, answer.headers, framing, this.#keep);
    this.#source = answer.source;
    answer.source.start(this);
    if (this.#head === '' || this.#source === null) return;
    this.#outbox.send(this.#takeHead(), null);
  }

  give(bytes: Uint8Array): boolean {
    if (this.#source === null) return false;
    const chunked = this.#ask?.head.old !== true;
    const size = chunked ? `${bytes.length.toString(16)}\r\n` : '';
    this.#outbox.send(this.#takeHead() + size, bytes, chunked ? '\r\n' : '');
    return this.#outbox.waiting < mostWaiting;
  }

  end(): void {
    if (this.#source === null) return;
    const last = this.#ask?.head.old === true ? '' : '0\r\n\r\n';
    this.#outbox.send(this.#takeHead() + last, null);
    this.#done();
  }

  #takeHead(): string {
    const head = this.#head;
    this.#head = '';
    return head;
  }

  #done(): void {
    this.#ask = null;
    this.#source = null;
    this.#since = 0;
    if (!this.#keep) {
      this.#linger();
      return;
    }
    this.#state = 'reading';
    this.#run();
  }

  #refuse({ status, message }: Refused): void {
    const body = Buffer.from(
      JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } }),
    );
    const framing = `content-length: ${body.length}\r\n`;
    this.#outbox.send(answerHead(status, { 'content-type': 'application/json' }, framing, false), body);
    this.#linger();
  }

  #linger(): void {
    this.#state = 'lingering';
    this.#since = 0;
    if (this.#outbox.waiting === 0) this.#socket.shutdown();
    this.#unpause();
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#socket.pause();
  }

  #unpause(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket.resume();
  }
}
