/**
 * One stream of an HTTP/2 connection after the other: to the data path a connection that is kept, with a request at a time.
 * What is made for a stream is used again for the next one.
 */

import { ClientConnection } from '../client-connection.ts';
import type { ClientSocket } from '../client-socket.ts';
import type { DataPathContext } from '../context.ts';
import { type AnswerHead, type AnswerSink, AnswerText } from './answer-text.ts';
import { errorCodes } from './frames.ts';
import { inChunk } from './in-chunk.ts';
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

  /** Takes a request, which `begin` lets go. */
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

  begin(): void {
    const request = this.#request;
    if (request === '') return;
    const unread = this.#unread;
    this.#request = '';
    this.#paused = false;
    this.#unread = null;
    // With what came of its content, so that both reach the app together.
    if (unread === null) this.connection.received(Buffer.from(request, 'latin1'));
    else
      this.#pass(
        unread.length === 1 ? (unread[0] ?? nothing) : Buffer.concat(unread),
        this.remoteEnded,
        request,
      );
  }

  // ---- what the client sends

  /** Content: `bytes` from `start` to `end`, which stay as they are. It was the last where the client has ended. */
  receive(bytes: Buffer, start: number, end: number): void {
    const content = bytes.subarray(start, end);
    if (this.#paused || this.#unread !== null) {
      this.#unread ??= [];
      this.#unread.push(content);
    } else {
      this.#pass(content, this.remoteEnded);
    }
  }

  /** There was no content to end with. */
  receiveEnd(trailers: string): void {
    this.#trailers = trailers;
    if (this.waits) this.receive(nothing, 0, 0);
    else if (this.#unread === null) this.#pass(nothing, true);
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

  #pass(content: Buffer, last: boolean, head = ''): void {
    this.#received += content.length;
    if (this.#framing === 'chunked') {
      this.connection.received(inChunk(head, content, last ? this.#trailers : null));
    } else if (this.#received > this.#announced || (last && this.#received < this.#announced)) {
      // Not what was announced (RFC 9113, 8.1.1); as HTTP/1.1 the rest would be a request of its own.
      this.#carrier.passed(null, content.length);
      this.#reset(errorCodes.protocol);
      return;
    } else if (head !== '') {
      this.connection.received(Buffer.concat([Buffer.from(head, 'latin1'), content]));
    } else if (content.length > 0) {
      this.connection.received(content);
    }
    this.#carrier.passed(last ? null : this, content.length);
  }

  #passUnread(): void {
    while (this.#unread !== null && !this.#paused && this.#isOpen) {
      const content = this.#unread.shift() ?? nothing;
      const isLast = this.#unread.length === 0;
      if (isLast) this.#unread = null;
      this.#pass(content, isLast && this.remoteEnded);
    }
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
    if (this.#unread !== null) queueMicrotask(() => this.#passUnread());
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
