/** A client's HTTP/2 connection: `node:http2` reads and writes its frames, each stream is a request of the data path. */

import { performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { ClientSocket } from '../client-socket.ts';
import type { Connection } from '../connection.ts';
import type { DataPathContext } from '../context.ts';
import { ByteStream } from './byte-stream.ts';
import { FrameLine } from './frame-line.ts';
import { FrameMeter } from './frame-meter.ts';
import { requestText } from './request-text.ts';
import { type Peer, StreamSocket } from './stream-socket.ts';

/** Error codes (RFC 9113, 7). */
const protocolError = 1;
const enhanceYourCalm = 11;

const endStream = 0x1;

/** What is not gone so long after the last word is cut: a request whose fields never end would hold it for ever. */
const goodbyeMs = 1_000;

export class Http2Connection implements Connection {
  readonly #context: DataPathContext;
  readonly #socket: ClientSocket;
  readonly #bytes: ByteStream;
  readonly #session: ServerHttp2Session;
  readonly #meter = new FrameMeter();
  readonly #line: FrameLine;
  readonly #streams = new Set<StreamSocket>();
  readonly #peer: Peer;
  /** Since when no stream is open, monotonic ms; 0 while one is. */
  #idleSince: number;
  #closing = false;

  constructor(socket: ClientSocket, context: DataPathContext) {
    this.#context = context;
    this.#socket = socket;
    this.#bytes = new ByteStream(socket);
    this.#idleSince = context.now;
    const { remoteAddress, remotePort, localAddress } = socket;
    this.#peer = { remoteAddress, remotePort, localAddress };
    this.#bytes.on('error', () => undefined);
    this.#session = openSession(this.#bytes, context);
    this.#session.on(
      'stream',
      (stream: ServerHttp2Stream, _headers: unknown, flags: number, raw: readonly string[]) =>
        this.#begin(stream, (flags & endStream) !== 0, raw),
    );
    this.#session.on('error', () => socket.terminate());
    const client = remoteAddress.startsWith('::ffff:') ? remoteAddress.slice(7) : remoteAddress;
    this.#line = new FrameLine(context, context.room.share(client).frames, {
      read: (chunk) => this.#bytes.received(chunk),
      end: () => {
        this.#bytes.push(null);
        if (this.#streams.size === 0) this.#socket.end();
      },
      pause: () => socket.pause(),
      resume: () => socket.resume(),
    });
  }

  received(chunk: Buffer): void {
    if (!this.#meter.pass(chunk, this.#context.now)) {
      this.#context.turnedAway.note('frames');
      this.#context.errorLog.warn('an HTTP/2 connection was cut: more frames than any use needs', {
        client: this.#peer.remoteAddress,
      });
      this.#session.destroy(undefined, enhanceYourCalm);
      this.#socket.terminate();
      return;
    }
    this.#line.received(chunk);
  }

  socketDrained(): void {
    this.#bytes.drained();
  }

  ended(): void {
    this.#line.ended();
  }

  socketClosed(): void {
    this.#line.forget();
    for (const stream of [...this.#streams]) stream.connection.socketClosed();
    this.#streams.clear();
    this.#bytes.destroy();
    this.#session.destroy();
  }

  sweep(now: number): void {
    for (const stream of this.#streams) stream.connection.sweep(now);
    if (this.#streams.size > 0) this.#idleSince = 0;
    else if (this.#idleSince === 0) this.#idleSince = now;
    else if (now - this.#idleSince > this.#context.limits.idleMs + goodbyeMs) this.abort();
    else if (now - this.#idleSince > this.#context.limits.idleMs) this.closeIdle();
  }

  get idle(): boolean {
    return this.#streams.size === 0;
  }

  /** Says that no new stream is taken (GOAWAY); those under way finish, then the connection ends. */
  closeIdle(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#session.close();
  }

  abort(): void {
    this.#session.destroy();
    this.#socket.terminate();
  }

  #begin(stream: ServerHttp2Stream, ended: boolean, raw: readonly string[]): void {
    this.#idleSince = 0;
    const request = requestText(raw, ended);
    if (request.kind === 'malformed') {
      stream.on('error', () => undefined);
      stream.close(protocolError);
      return;
    }
    const socket = new StreamSocket(stream, request, this.#peer, this.#context);
    this.#streams.add(socket);
    stream.on('close', () => this.#streams.delete(socket));
    socket.begin();
  }
}

function openSession(bytes: ByteStream, context: DataPathContext): ServerHttp2Session {
  return performServerHandshake(bytes, {
    maxHeaderListPairs: 256,
    settings: {
      maxConcurrentStreams: context.limits.streams,
      maxHeaderListSize: context.limits.head,
      enablePush: false,
    },
  });
}
