/** One stream of an HTTP/2 connection: to the data path a connection of its own, with a single request. */

import type { ServerHttp2Stream } from 'node:http2';
import { ClientConnection } from '../client-connection.ts';
import type { ClientSocket } from '../client-socket.ts';
import type { DataPathContext } from '../context.ts';
import { type AnswerSink, AnswerText, type Fields, type Rest } from './answer-text.ts';
import type { RequestText } from './request-text.ts';

/** Error codes (RFC 9113, 7). */
const noError = 0;
const protocolError = 1;

/** Bytes given to a stream before it is asked again whether it wants more. */
const mostAtOnce = 65_536;

/** Where the connection comes from; the same for all its streams. */
export type Peer = Pick<ClientSocket, 'remoteAddress' | 'remotePort' | 'localAddress'>;

export class StreamSocket implements ClientSocket, AnswerSink {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly connection: ClientConnection;
  readonly #stream: ServerHttp2Stream;
  readonly #request: Extract<RequestText, { kind: 'request' }>;
  readonly #answer: AnswerText;
  #received = 0;
  #requestTrailers = '';
  #trailers: Fields | null = null;
  #closed = false;

  constructor(
    stream: ServerHttp2Stream,
    request: Extract<RequestText, { kind: 'request' }>,
    peer: Peer,
    context: DataPathContext,
  ) {
    this.remoteAddress = peer.remoteAddress;
    this.remotePort = peer.remotePort;
    this.localAddress = peer.localAddress;
    this.#stream = stream;
    this.#request = request;
    this.#answer = new AnswerText(request.method, this);
    this.connection = new ClientConnection(this, context, 'https');
  }

  /** Lets the request go. */
  begin(): void {
    const stream = this.#stream;
    stream.on('close', () => {
      this.#closed = true;
      this.connection.socketClosed();
    });
    // Followed by `close`, and of no further interest.
    stream.on('error', () => undefined);
    stream.on('drain', () => this.connection.socketDrained());
    if (this.#request.framing !== 'none') {
      stream.on('data', (bytes: Buffer) => this.#receive(bytes));
      stream.on('trailers', (fields: Record<string, unknown>) => {
        this.#requestTrailers = trailerText(fields);
      });
      stream.on('end', () => this.#receivedAll());
    }
    this.connection.received(Buffer.from(this.#request.text, 'latin1'));
  }

  /** A stream that was reset throws at whoever answers it, some time before it says that it is gone. */
  get #isGone(): boolean {
    return this.#closed || this.#stream.destroyed || this.#stream.closed;
  }

  // ---- what the client sends

  #receive(bytes: Buffer): void {
    if (this.#isGone) return;
    this.#received += bytes.length;
    if (this.#request.framing === 'chunked') {
      const size = Buffer.from(`${bytes.length.toString(16)}\r\n`, 'latin1');
      this.connection.received(Buffer.concat([size, bytes, crlf]));
    } else if (this.#received > this.#request.length) {
      // More than was announced (RFC 9113, 8.1.1); as HTTP/1.1 the rest would be a request of its own.
      this.#stream.close(protocolError);
    } else {
      this.connection.received(bytes);
    }
  }

  #receivedAll(): void {
    if (this.#isGone) return;
    if (this.#request.framing === 'chunked') {
      this.connection.received(Buffer.from(`0\r\n${this.#requestTrailers}\r\n`, 'latin1'));
    } else if (this.#received < this.#request.length) {
      this.#stream.close(protocolError);
    }
  }

  // ---- what the data path asks of a socket

  write(bytes: Uint8Array, offset = 0, length = bytes.length - offset): number {
    if (this.#isGone) return -1;
    if (this.#stream.writableNeedDrain) return 0;
    let taken = 0;
    // No more than the stream wants: the rest waits in the outbox, where what one client lets wait is counted.
    while (taken < length && !this.#stream.writableNeedDrain && !this.#isGone) {
      const end = Math.min(length, taken + mostAtOnce);
      // Copied: who writes uses its buffer again, and a stream keeps what it was given.
      this.#answer.write(Buffer.from(bytes.subarray(offset + taken, offset + end)));
      taken = end;
    }
    return taken;
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  setKeepAlive(): void {}

  shutdown(): void {
    this.#answer.finish();
  }

  /** What the client still sends is of no use any more (RFC 9113, 8.1). */
  end(): void {
    this.#answer.finish();
    if (!this.#isGone) this.#stream.close(noError);
  }

  /** By an error and not by `close`, which ends what was written as if it were whole: the client must see the cut. */
  terminate(): void {
    if (!this.#isGone) this.#stream.destroy(new Error('the answer was cut short'));
  }

  // ---- what the answer says

  onInterim(status: number, fields: Fields): void {
    this.#say(() => this.#stream.additionalHeaders({ ':status': status, ...fields }));
  }

  onHead(status: number, fields: Fields, rest: Rest): void {
    if (this.#isGone) return;
    const waitForTrailers = rest === 'body-and-trailers';
    if (waitForTrailers) this.#stream.on('wantTrailers', () => this.#sayTrailers());
    this.#say(() =>
      this.#stream.respond(
        { ':status': status, ...fields },
        { endStream: rest === 'nothing', waitForTrailers, ...{ sendDate: false } },
      ),
    );
  }

  onBody(bytes: Buffer, last: boolean): void {
    if (this.#isGone) return;
    if (last) this.#stream.end(bytes);
    else this.#stream.write(bytes);
  }

  onEnd(trailers: Fields | null): void {
    this.#trailers = trailers;
    if (!this.#isGone) this.#stream.end();
  }

  onBroken(): void {
    this.terminate();
  }

  #sayTrailers(): void {
    this.#say(() => this.#stream.sendTrailers(this.#trailers ?? {}));
  }

  /** Not every stream that throws at who answers it has said before that it is gone. */
  #say(words: () => void): void {
    if (this.#isGone) return;
    try {
      words();
    } catch (error) {
      if (!goneCodes.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      this.#stream.destroy();
    }
  }
}

/** What `node:http2` throws where the client reset the stream, or the session is over. */
const goneCodes: ReadonlySet<string> = new Set([
  'ERR_HTTP2_INVALID_STREAM',
  'ERR_HTTP2_INVALID_SESSION',
  'ERR_HTTP2_GOAWAY_SESSION',
  'ERR_STREAM_DESTROYED',
]);

const crlf = Buffer.from('\r\n', 'latin1');

/** Lines for the end of a chunked body; what could not be a trailer there is left out. */
function trailerText(fields: Record<string, unknown>): string {
  let lines = '';
  for (const [name, value] of Object.entries(fields)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      const text = String(each);
      if (/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(text)) {
        lines += `${name}: ${text}\r\n`;
      }
    }
  }
  return lines;
}
