/** The streams of one connection: which are open, what each may send, and what goes out for them. */

import type { ClientSocket } from '../client-socket.ts';
import type { DataPathContext } from '../context.ts';
import { AnswerHeads } from './answer-heads.ts';
import type { AnswerHead } from './answer-text.ts';
import { FrameWriter } from './frame-writer.ts';
import { laterFlushes } from './later-flushes.ts';
import { firstWindow, ReceiveWindow } from './receive-window.ts';
import type { RequestText } from './request-text.ts';
import { type Peer, type StreamCarrier, StreamSocket } from './stream-socket.ts';

/** A window never grows beyond (RFC 9113, 6.9.1). */
const largestWindow = 0x7fffffff;
/** Streams we reset whose late frames are known for what they are. */
const mostRemembered = 128;

export class Streams implements StreamCarrier {
  readonly writer: FrameWriter;
  readonly heads = new AnswerHeads();
  readonly receiveWindow = new ReceiveWindow();
  readonly #context: DataPathContext;
  readonly #peer: Peer;
  readonly #open = new Map<number, StreamSocket>();
  /** Those that something came for. */
  readonly #touched: StreamSocket[] = [];
  /** For the next ones. */
  readonly #used: StreamSocket[] = [];
  /** Those that have something to send, in order. */
  #waiting: StreamSocket[] = [];
  readonly #reset: number[] = [];
  #sendWindow = firstWindow;
  #initialWindow = firstWindow;
  /** While the client is read, what goes out is put together. */
  #reading = false;
  #willFlush = false;
  /** Told when what was to be written is, or waits for the client. */
  onFlushed: () => void = () => undefined;

  constructor(socket: ClientSocket, context: DataPathContext) {
    this.#context = context;
    const { remoteAddress, remotePort, localAddress } = socket;
    this.#peer = { remoteAddress, remotePort, localAddress };
    this.writer = new FrameWriter(socket);
  }

  get count(): number {
    return this.#open.size;
  }

  find(id: number): StreamSocket | undefined {
    return this.#open.get(id);
  }

  /** Whether it was reset by us: the client may not know yet. */
  wasReset(id: number): boolean {
    return this.#reset.includes(id);
  }

  open(id: number, request: RequestText): void {
    const stream = this.#free() ?? new StreamSocket(this, this.#peer, this.#context);
    this.#open.set(id, stream);
    stream.open(id, this.#initialWindow, request);
    this.touch(stream);
  }

  /** Resets one that was never opened, or is no more. */
  refuse(id: number, code: number): void {
    this.#remember(id);
    this.writer.reset(id, code);
  }

  /** The client has ended it; closed where we had, too. */
  remoteEnded(stream: StreamSocket): void {
    stream.remoteEnded = true;
    this.#closeIfOver(stream);
  }

  /** The client has reset it. */
  lose(stream: StreamSocket): void {
    this.#open.delete(stream.id);
    if (stream.waits) this.#keep(stream);
    else stream.lose();
  }

  loseAll(): void {
    const all = [...this.#open.values(), ...this.#used.splice(0)];
    this.#open.clear();
    this.#waiting = [];
    for (const stream of all) stream.lose();
    this.writer.discard();
  }

  sweep(now: number): void {
    for (const stream of this.#open.values()) stream.connection.sweep(now);
    for (const stream of this.#used) stream.connection.sweep(now);
  }

  /** Nobody has asked for anything for a while. */
  forgetUsed(): void {
    for (const stream of this.#used.splice(0)) {
      if (stream.free) stream.lose();
      else if (!stream.spent) this.#used.push(stream);
    }
  }

  // ---- what the client takes

  /** On a stream, or on all where `id` is 0. False where that goes beyond what can be counted. */
  raiseWindow(id: number, more: number): boolean {
    if (id === 0) {
      this.#sendWindow += more;
      if (this.#sendWindow > largestWindow) return false;
      this.#serveWaiting(false);
      return true;
    }
    const stream = this.#open.get(id);
    if (stream === undefined) return true;
    stream.sendWindow += more;
    if (stream.sendWindow > largestWindow) return false;
    if (stream.awaitsRoom && stream.sendWindow > 0) stream.drained();
    return true;
  }

  /** Of streams to come, and so much more or less of those that are open (RFC 9113, 6.9.2). */
  changeInitialWindow(bytes: number): boolean {
    const more = bytes - this.#initialWindow;
    this.#initialWindow = bytes;
    for (const stream of [...this.#open.values()]) if (!this.raiseWindow(stream.id, more)) return false;
    return true;
  }

  drained(): void {
    this.writer.flush();
    this.#serveWaiting(true);
    this.flush();
  }

  // ---- what a stream asks of its connection

  get blocked(): boolean {
    return this.writer.blocked;
  }

  room(): number {
    return this.#sendWindow > 0 ? Math.min(this.#sendWindow, this.writer.room()) : 0;
  }

  awaitRoom(stream: StreamSocket): void {
    if (stream.inLine) return;
    stream.inLine = true;
    this.#waiting.push(stream);
  }

  readHead(text: string): AnswerHead | null {
    return this.heads.read(text);
  }

  sendHead(stream: StreamSocket, { block }: AnswerHead, last: boolean): void {
    this.writer.headers(stream.id, block, last);
    if (last) this.#closeIfOver(stream);
  }

  sendContent(stream: StreamSocket, bytes: Buffer, start: number, end: number, last: boolean): void {
    this.#sendWindow -= end - start;
    this.writer.data(stream.id, bytes, start, end, last);
    if (last) this.#closeIfOver(stream);
  }

  sendEnd(stream: StreamSocket, trailers: string): void {
    if (trailers === '') this.writer.endStream(stream.id);
    else this.writer.headers(stream.id, this.heads.trailers(trailers), true);
    this.#closeIfOver(stream);
  }

  passed(stream: StreamSocket | null, bytes: number): void {
    const ofAll = this.receiveWindow.pass(bytes);
    if (ofAll > 0) this.writer.window(0, ofAll);
    if (stream !== null && !stream.remoteEnded) {
      const ofOne = stream.receiveWindow.pass(bytes);
      if (ofOne > 0) this.writer.window(stream.id, ofOne);
    }
    this.sent();
  }

  reset(stream: StreamSocket, code: number): void {
    this.#open.delete(stream.id);
    this.refuse(stream.id, code);
    stream.cutOff();
    this.sent();
  }

  sent(): void {
    if (this.#reading || this.#willFlush) return;
    // Where nobody else could have anything to say, nobody is waited for.
    if (this.#open.size < 2) {
      this.flush();
      return;
    }
    this.#willFlush = true;
    laterFlushes.add(this);
  }

  flush(): void {
    this.#willFlush = false;
    if (!this.writer.blocked) this.writer.flush();
    this.onFlushed();
  }

  /** Something came for it, which goes on once all is read. */
  touch(stream: StreamSocket): void {
    this.#touched.push(stream);
  }

  /**
   * What goes out while `read` runs leaves together, and what comes for a stream goes on together. So who takes a request
   * back in the same breath (rapid reset) makes nobody work for it. False where bytes that came are still held.
   */
  together(read: () => void): boolean {
    this.#reading = true;
    read();
    let held = false;
    for (const stream of this.#touched) {
      stream.settle();
      held ||= stream.holds;
    }
    this.#touched.length = 0;
    this.#reading = false;
    this.flush();
    return !held;
  }

  #free(): StreamSocket | null {
    // What is not free now may become so: an answer that is whole, of which its giver does not know yet.
    for (let at = this.#used.length - 1; at >= 0; at--) {
      const stream = this.#used[at];
      if (stream?.free !== true && stream?.spent !== true) continue;
      this.#used.splice(at, 1);
      if (stream.free) return stream;
    }
    return null;
  }

  #closeIfOver(stream: StreamSocket): void {
    if (!stream.localEnded || !stream.remoteEnded || !this.#open.delete(stream.id)) return;
    this.#keep(stream);
  }

  #keep(stream: StreamSocket): void {
    stream.close();
    this.#used.push(stream);
  }

  /** One after the other, each as much as it has. `all`: those, too, that have no content to send. */
  #serveWaiting(all: boolean): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let at = 0; at < waiting.length; at++) {
      if (this.blocked || (!all && this.room() === 0)) {
        this.#waiting = [...this.#waiting, ...waiting.slice(at)];
        return;
      }
      const stream = waiting[at];
      if (stream === undefined) continue;
      stream.inLine = false;
      if (stream.awaitsRoom) stream.drained();
    }
  }

  #remember(id: number): void {
    if (this.#reset.push(id) > mostRemembered) this.#reset.shift();
  }
}
