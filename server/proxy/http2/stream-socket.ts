/**
 * One stream of an HTTP/2 connection after the other: to the data path a connection that is kept, with a request at a time.
 * What is made for a stream is used again for the next one.
 */

import { ClientConnection } from '../client-connection.ts';
import type { ClientSocket } from '../client-socket.ts';
import type { DataPathContext } from '../context.ts';
import { type AnswerHead, type AnswerSink, AnswerText } from './answer-text.ts';
import { errorCodes } from './frames.ts';
import { joined } from './joined.ts';
import { ReceiveWindow } from './receive-window.ts';
import type { RequestText } from './request-text.ts';

/** Where the connection comes from; the same for all its streams. */
export type Peer = Pick<ClientSocket, 'remoteAddress' | 'remotePort' | 'localAddress'>;

/** What a stream asks of its connection. */
export interface StreamCarrier {
  /** Bytes of content that it would take now of any stream. */
  room(): number;
  /** Nothing at all may be sent. */
  readonly blocked: boolean;
  /** The stream hears `drained` once there is room. */
  awaitRoom(stream: StreamSocket): void;
  readHead(text: string): AnswerHead | null;
  sendHead(stream: StreamSocket, head: AnswerHead, last: boolean): void;
  sendContent(stream: StreamSocket, bytes: Buffer, start: number, end: number, last: boolean): void;
  sendEnd(stream: StreamSocket, trailers: string): void;
  /** All that was sent of late may leave. */
  sent(): void;
  /** Bytes of the client's were passed on. `stream`: it may send as many more; null where it sends no more. */
  passed(stream: StreamSocket | null, bytes: number): void;
  /** The stream ends here and now. */
  reset(stream: StreamSocket, code: number): void;
}

const nothing = Buffer.alloc(0);

export class StreamSocket implements ClientSocket, AnswerSink {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly connection: ClientConnection;
  readonly receiveWindow = new ReceiveWindow();
  id = 0;
  /** Bytes of content that the client takes of this stream; below zero where it changed its mind (RFC 9113, 6.9.2). */
  sendWindow = 0;
  /** It is to hear `drained`. */
  awaitsRoom = false;
  /** It is among those that hear so once there is room for any. */
  inLine = false;
  /** The client said that it sends no more. */
  remoteEnded = false;
  /** The answer is whole. */
  localEnded = false;
  /** `over`: ended by both sides. `cut`: reset by one of them. */
  #state: 'open' | 'over' | 'cut' = 'over';
  /** Its connection takes no other request. */
  #spent = false;
  readonly #carrier: StreamCarrier;
  readonly #answer = new AnswerText(this);
  /** Text of the one that has not gone on yet. */
  #request = '';
  #framing: RequestText['framing'] = 'none';
  /** Bytes of content that were announced, and that came. */
  #announced = 0;
  #received = 0;
  #trailers = '';
  #paused = false;
  /** What came while nobody wanted it. */
  #unread: Buffer[] | null = null;

  constructor(carrier: StreamCarrier, peer: Peer, context: DataPathContext) {
    this.remoteAddress = peer.remoteAddress;
    this.remotePort = peer.remotePort;
    this.localAddress = peer.localAddress;
    this.#carrier = carrier;
    this.connection = new ClientConnection(this, context, 'https');
  }

  /** Whether it can carry another stream. */
  get free(): boolean {
    return this.#state === 'over' && !this.#spent && this.connection.idle;
  }

  /** Whether nothing comes of it any more. */
  get spent(): boolean {
    return this.#spent && !this.#isOpen;
  }

  /** Takes a request, which `settle` lets go. */
  open(id: number, sendWindow: number, request: RequestText): void {
    this.id = id;
    this.sendWindow = sendWindow;
    this.receiveWindow.open();
    this.awaitsRoom = false;
    this.remoteEnded = request.framing === 'none';
    this.localEnded = false;
    this.#state = 'open';
    this.#framing = request.framing;
    this.#announced = request.length;
    this.#received = 0;
    this.#trailers = '';
    this.#paused = true;
    this.#unread = null;
    this.#request = request.text;
    this.#answer.open(request.method);
  }

  /** Whether its request has not gone on yet. */
  get waits(): boolean {
    return this.#request !== '';
  }

  /** Whether it has bytes of the client's that nobody took yet. */
  get holds(): boolean {
    return this.#unread !== null;
  }

  /** Lets go what has come, together: the request first, and its content where it is wanted. */
  settle(): void {
    if (!this.#isOpen) return;
    const request = this.#request;
    if (request !== '') {
      this.#request = '';
      this.#paused = false;
      if (this.#unread === null) this.connection.received(Buffer.from(request, 'latin1'));
    }
    if (this.#unread !== null && !this.#paused) this.#pass(request, this.#unread);
  }

  // ---- what the client sends

  /** Content: `bytes` from `start` to `end`, which stay as they are while this holds them. `settle` lets it go. */
  receive(bytes: Buffer, start: number, end: number): void {
    this.#unread ??= [];
    this.#unread.push(bytes.subarray(start, end));
  }

  /** No more content comes. */
  receiveEnd(trailers: string): void {
    this.#trailers = trailers;
    this.receive(nothing, 0, 0);
  }

  /** There is room again. */
  drained(): void {
    this.awaitsRoom = false;
    if (this.#isOpen) this.connection.socketDrained();
  }

  /** Both sides have ended. */
  close(): void {
    this.#state = 'over';
    this.#request = '';
    this.#forget();
    if (this.#spent) this.connection.socketClosed();
  }

  /** The client does not want it, or is gone. */
  lose(): void {
    this.#cut();
    this.connection.socketClosed();
  }

  /** It was reset by us: perhaps by who still hands over an answer, and is told once that is done. */
  cutOff(): void {
    this.#cut();
    queueMicrotask(() => this.connection.socketClosed());
  }

  /** `head`: text of the request, where it goes first. */
  #pass(head: string, pieces: readonly Buffer[]): void {
    this.#unread = null;
    const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
    const last = this.remoteEnded;
    this.#received += bytes;
    const short = last && this.#received < this.#announced;
    if (this.#framing === 'length' && (this.#received > this.#announced || short)) {
      // Not what was announced (RFC 9113, 8.1.1); as HTTP/1.1 the rest would be a request of its own.
      this.#carrier.passed(null, bytes);
      this.#reset(errorCodes.protocol);
      return;
    }
    const chunked = this.#framing === 'chunked';
    const before = chunked && bytes > 0 ? `${head}${bytes.toString(16)}\r\n` : head;
    const end = chunked && last ? `0\r\n${this.#trailers}\r\n` : '';
    const after = chunked && bytes > 0 ? `\r\n${end}` : end;
    const all = joined(before, pieces, bytes, after);
    if (all.length > 0) this.connection.received(all);
    this.#carrier.passed(last ? null : this, bytes);
  }

  // ---- what the data path asks of a socket

  write(bytes: Uint8Array, offset = 0, length = bytes.length - offset): number {
    if (this.#isCut) return -1;
    if (this.#isOpen && this.#carrier.blocked) {
      this.awaitsRoom = true;
      this.#carrier.awaitRoom(this);
      return 0;
    }
    const end = this.#answer.write(asBuffer(bytes), offset, offset + length);
    this.#carrier.sent();
    return this.#isCut ? -1 : end - offset;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    // Not in the middle of what the data path does.
    if (this.#unread !== null) queueMicrotask(() => this.settle());
  }

  setKeepAlive(): void {}

  shutdown(): void {
    this.#spent = true;
    this.#answer.finish();
    this.#carrier.sent();
    if (!this.#isOpen) this.connection.socketClosed();
  }

  /** What the client still sends is of no use any more (RFC 9113, 8.1). */
  end(): void {
    this.#spent = true;
    this.#answer.finish();
    this.#reset(errorCodes.none);
  }

  /** Not by an end, which would make what was sent look whole: the client must see the cut. */
  terminate(): void {
    this.#spent = true;
    this.#reset(errorCodes.internal);
  }

  // ---- what the answer says

  readHead(text: string): AnswerHead | null {
    return this.#carrier.readHead(text);
  }

  onHead(head: AnswerHead, last: boolean): void {
    if (!this.#isOpen) return;
    this.localEnded = last;
    this.#carrier.sendHead(this, head, last);
  }

  room(): number {
    if (!this.#isOpen) return Number.MAX_SAFE_INTEGER;
    const room = Math.min(this.sendWindow, this.#carrier.room());
    if (room > 0) return room;
    this.awaitsRoom = true;
    // Where the client takes no more of this stream, only its own word for it helps.
    if (this.sendWindow > 0) this.#carrier.awaitRoom(this);
    return 0;
  }

  onBody(bytes: Buffer, start: number, end: number, last: boolean): void {
    if (!this.#isOpen) return;
    this.localEnded = last;
    this.sendWindow -= end - start;
    this.#carrier.sendContent(this, bytes, start, end, last);
  }

  onEnd(trailers: string): void {
    if (!this.#isOpen) return;
    this.localEnded = true;
    this.#carrier.sendEnd(this, trailers);
  }

  onBroken(): void {
    this.terminate();
  }

  get #isOpen(): boolean {
    return this.#state === 'open';
  }

  get #isCut(): boolean {
    return this.#state === 'cut';
  }

  #reset(code: number): void {
    if (this.#isOpen) this.#carrier.reset(this, code);
  }

  #cut(): void {
    this.#state = 'cut';
    this.#request = '';
    this.#spent = true;
    this.#forget();
  }

  #forget(): void {
    const unread = this.#unread;
    this.#unread = null;
    if (unread === null) return;
    this.#carrier.passed(
      null,
      unread.reduce((sum, { length }) => sum + length, 0),
    );
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
