/** A client's raw connection as a Node stream, with back-pressure both ways: what `http-proxy-3` takes for a socket. */

import { Duplex } from 'node:stream';
import type { Tunnel, Visitor } from './visitor.ts';
import { closeFrame, FrameBorders, goingAway } from './websocket-frames.ts';

/** How long a frame under way may take once the connection is to end, ms. */
const leaveMs = 500;
/** Longest head of an answer to an upgrade that is looked through for its end. */
const maxHead = 65_536;

export class TunnelSocket extends Duplex implements Tunnel {
  readonly #visitor: Visitor;
  readonly #frames = new FrameBorders();
  #written: (() => void) | null = null;
  #head = '';
  #inBody = false;
  #leaving: ReturnType<typeof setTimeout> | null = null;
  /** Of the app's answer; 0 while there is none. */
  status = 0;
  /** Client bytes so far. */
  bytesIn = 0;

  /** What to call its end while the app has not answered. */
  #unanswered: 'unanswered' | 'silent' | 'gone' = 'unanswered';

  /** `onAnswer` is called with the first bytes from the app. */
  constructor(
    visitor: Visitor,
    private readonly onAnswer: (status: number) => void,
  ) {
    super({ allowHalfOpen: false });
    this.#visitor = visitor;
  }

  /** How it ended; in all but `relayed` nothing was sent to the client. */
  get outcome(): 'relayed' | 'unanswered' | 'silent' | 'gone' {
    return this.status === 0 ? this.#unanswered : 'relayed';
  }

  get answered(): boolean {
    return this.status !== 0;
  }

  // ---- what `http-proxy-3` asks of a socket besides being a stream

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  destroySoon(): void {
    if (this.writableFinished) this.destroy();
    else this.end(() => this.destroy());
  }

  // ---- what the client's connection says

  received(bytes: Buffer): void {
    this.bytesIn += bytes.length;
    if (!this.push(bytes)) this.#visitor.pauseInput();
  }

  drained(): void {
    const written = this.#written;
    this.#written = null;
    written?.();
  }

  ended(): void {
    this.push(null);
  }

  clientGone(): void {
    this.#unanswered = 'gone';
    this.destroy();
  }

  expired(): void {
    if (this.status !== 0) return;
    this.#unanswered = 'silent';
    this.destroy();
  }

  /** Tells the client that the server goes away, between two frames, and ends. */
  leave(): void {
    if (this.#leaving !== null || this.status !== 101) return;
    this.#leaving = setTimeout(() => this.destroy(), leaveMs);
    if (this.#frames.between) this.#sayGoodbye();
  }

  override _read(): void {
    this.#visitor.resumeInput();
  }

  override _write(
    chunk: Buffer | string,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk;
    this.#follow(bytes);
    const free = this.#visitor.outbox.send(bytes, 0, bytes.length);
    if (this.#leaving !== null && this.#frames.between) this.#sayGoodbye();
    if (free) done();
    else this.#written = done;
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#visitor.endTunnel();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#written = null;
    if (this.#leaving !== null) clearTimeout(this.#leaving);
    // Without an answer the client was sent nothing yet, and whoever opened this says what comes next.
    if (this.status !== 0) this.#visitor.endTunnel();
    done(error);
  }

  /** Reads the answer's status, and from its end on the borders of frames. */
  #follow(bytes: Buffer): void {
    if (this.#inBody) {
      this.#frames.pass(bytes);
      return;
    }
    this.#head += bytes.toString('latin1');
    if (this.status === 0 && this.#head.length >= 12) {
      this.status = Number(this.#head.slice(9, 12));
      this.onAnswer(this.status);
    }
    const end = this.#head.indexOf('\r\n\r\n');
    if (end === -1 && this.#head.length < maxHead) return;
    this.#inBody = true;
    this.#frames.pass(Buffer.from(this.#head.slice(end + 4), 'latin1'));
    this.#head = '';
  }

  #sayGoodbye(): void {
    const frame = closeFrame(goingAway);
    this.#visitor.outbox.send(frame, 0, frame.length);
    this.destroy();
  }
}
