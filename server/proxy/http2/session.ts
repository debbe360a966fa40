/** What the client of one HTTP/2 connection says, frame by frame (RFC 9113), and what that means to its streams. */

import type { ClientSocket } from '../client-socket.ts';
import type { DataPathContext } from '../context.ts';
import { letGo } from '../let-go.ts';
import { FieldBlock } from './field-block.ts';
import { FrameMeter } from './frame-meter.ts';
import { FrameReader, type FrameSink, wordAt } from './frame-reader.ts';
import { errorCodes, flags, frameTypes } from './frames.ts';
import { RequestText } from './request-text.ts';
import { ownSettings, readSettings, type SettingsSink } from './settings.ts';
import type { StreamSocket } from './stream-socket.ts';
import { Streams } from './streams.ts';
import { TrailerText } from './trailer-text.ts';

export class Session implements FrameSink, SettingsSink {
  readonly streams: Streams;
  readonly #context: DataPathContext;
  readonly #socket: ClientSocket;
  readonly #reader = new FrameReader();
  readonly #meter = new FrameMeter();
  readonly #block = new FieldBlock();
  readonly #request: RequestText;
  readonly #trailers = new TrailerText();
  #settled = false;
  /** The last stream the client opened. */
  #last = 0;
  #state:
    | 'open'
    /** No new streams, and the end once there are none. */
    | 'closing'
    | 'closed' = 'open';

  constructor(socket: ClientSocket, context: DataPathContext) {
    this.#context = context;
    this.#socket = socket;
    const { limits } = context;
    // What is handed over stays so: each request is to be asked about anew.
    this.#request = new RequestText(limits.head, context.handOver === null ? '' : 'Connection: close\r\n');
    this.streams = new Streams(socket, context);
    this.streams.onFlushed = () => this.#afterFlush();
    this.streams.writer.settings(ownSettings(limits.streams, limits.head));
  }

  /** Nothing more is said, and nothing heard. */
  get closed(): boolean {
    return this.#state === 'closed';
  }

  read(chunk: Buffer): void {
    if (this.#state === 'closed') return;
    if (this.streams.together(() => this.#reader.read(chunk, this))) letGo(chunk);
  }

  /** Says that no new stream is taken; those under way finish, then the connection ends. */
  close(): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.streams.writer.goAway(this.#last, errorCodes.none);
    this.streams.flush();
  }

  /** Everything ends here and now. `code`: why, where the client is told. */
  cut(code: number | null): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    if (code !== null) {
      this.streams.writer.goAway(this.#last, code);
      this.streams.writer.flush();
    }
    this.streams.loseAll();
  }

  // ---- what comes

  unreadable(code: number): void {
    this.#fail(code);
  }

  frame(type: number, flagsOf: number, stream: number, bytes: Buffer, start: number, end: number): boolean {
    if (!this.#meter.pass(type, flagsOf, end - start, this.#context.now)) return this.#cutFlood();
    const fault = this.#take(type, flagsOf, stream, bytes, start, end);
    if (fault !== errorCodes.none) this.#fail(fault);
    return this.#state !== 'closed';
  }

  /** Returns the error of the whole connection, 0 for none. */
  #take(type: number, flagsOf: number, stream: number, bytes: Buffer, start: number, end: number): number {
    const block = this.#block.stream;
    if (block !== 0 && (type !== frameTypes.continuation || stream !== block)) return errorCodes.protocol;
    if (!this.#settled && type !== frameTypes.settings) return errorCodes.protocol;
    const length = end - start;
    switch (type) {
      case frameTypes.data:
        return this.#takeData(flagsOf, stream, bytes, start, end);
      case frameTypes.headers:
        if (stream === 0 || !this.#block.begin(stream, flagsOf, bytes, start, end))
          return errorCodes.protocol;
        return (flagsOf & flags.endHeaders) === 0 ? errorCodes.none : this.#takeBlock(stream);
      case frameTypes.continuation:
        if (block === 0) return errorCodes.protocol;
        this.#block.goOn(bytes, start, end);
        return (flagsOf & flags.endHeaders) === 0 ? errorCodes.none : this.#takeBlock(stream);
      case frameTypes.priority:
        if (stream === 0) return errorCodes.protocol;
        // Means nothing any more (RFC 9113, 5.3.2).
        if (length !== 5) this.#refuse(stream, errorCodes.frameSize);
        return errorCodes.none;
      case frameTypes.reset:
        if (length !== 4) return errorCodes.frameSize;
        return this.#takeReset(stream);
      case frameTypes.settings:
        return this.#takeSettings(flagsOf, stream, bytes, start, end);
      case frameTypes.promise:
        return errorCodes.protocol;
      case frameTypes.ping:
        if (length !== 8) return errorCodes.frameSize;
        if (stream !== 0) return errorCodes.protocol;
        if ((flagsOf & flags.acknowledged) === 0) this.streams.writer.acknowledgePing(bytes, start);
        return errorCodes.none;
      case frameTypes.goAway:
        // It opens no more streams; those that are open go on (RFC 9113, 6.8).
        return stream !== 0 ? errorCodes.protocol : length < 8 ? errorCodes.frameSize : errorCodes.none;
      case frameTypes.window:
        if (length !== 4) return errorCodes.frameSize;
        return this.#takeWindow(stream, wordAt(bytes, start) & 0x7fffffff);
      default:
        // Types nobody knows are passed over (RFC 9113, 4.1).
        return errorCodes.none;
    }
  }

  #takeData(flagsOf: number, id: number, bytes: Buffer, start: number, end: number): number {
    const length = end - start;
    const padding = (flagsOf & flags.padded) === 0 ? 0 : (bytes[start] ?? 0) + 1;
    if (id === 0 || this.#isIdle(id) || padding > length) return errorCodes.protocol;
    if (!this.streams.receiveWindow.receive(length)) return errorCodes.flowControl;
    const stream = this.streams.find(id);
    if (stream === undefined || stream.remoteEnded || !stream.receiveWindow.receive(length)) {
      this.streams.passed(null, length);
      if (stream === undefined) this.#takeLate(id);
      else this.#reset(stream, stream.remoteEnded ? errorCodes.streamClosed : errorCodes.flowControl);
      return errorCodes.none;
    }
    if (padding > 0) this.streams.passed(stream, padding);
    const ended = (flagsOf & flags.endStream) !== 0;
    stream.remoteEnded = ended;
    if (length > padding)
      stream.receive(bytes, padding > 0 ? start + 1 : start, end - Math.max(0, padding - 1));
    else if (ended) stream.receiveEnd('');
    this.streams.touch(stream);
    if (ended) this.streams.remoteEnded(stream);
    return errorCodes.none;
  }

  #takeBlock(id: number): number {
    const { ended } = this.#block;
    const stream = this.streams.find(id);
    if (stream !== undefined || id <= this.#last) return this.#takeTrailers(id, stream, ended);
    if (id % 2 === 0) return errorCodes.protocol;
    const request = this.#request;
    request.begin();
    if (!this.#block.read(request)) return errorCodes.compression;
    // After our goodbye it is one that the client knows it has to ask again (RFC 9113, 6.8).
    if (this.#state !== 'open') return errorCodes.none;
    this.#last = id;
    if (this.streams.count >= this.#context.limits.streams) this.#refuse(id, errorCodes.refusedStream);
    else if (!request.finish(ended)) this.#refuse(id, errorCodes.protocol);
    else this.streams.open(id, request);
    return errorCodes.none;
  }

  /** RFC 9113, 8.1. */
  #takeTrailers(id: number, stream: StreamSocket | undefined, ended: boolean): number {
    const trailers = this.#trailers;
    trailers.begin();
    if (!this.#block.read(trailers)) return errorCodes.compression;
    if (stream === undefined) return this.streams.wasReset(id) ? errorCodes.none : errorCodes.streamClosed;
    if (stream.remoteEnded) this.#reset(stream, errorCodes.streamClosed);
    else if (!ended || trailers.malformed) this.#reset(stream, errorCodes.protocol);
    else {
      stream.remoteEnded = true;
      stream.receiveEnd(trailers.lines);
      this.streams.touch(stream);
      this.streams.remoteEnded(stream);
    }
    return errorCodes.none;
  }

  #takeReset(id: number): number {
    if (id === 0 || this.#isIdle(id)) return errorCodes.protocol;
    const stream = this.streams.find(id);
    if (stream !== undefined) this.streams.lose(stream);
    return errorCodes.none;
  }

  #takeSettings(flagsOf: number, stream: number, bytes: Buffer, start: number, end: number): number {
    if (stream !== 0) return errorCodes.protocol;
    const acknowledged = (flagsOf & flags.acknowledged) !== 0;
    if (acknowledged && end > start) return errorCodes.frameSize;
    if (acknowledged) return this.#settled ? errorCodes.none : errorCodes.protocol;
    this.#settled = true;
    const fault = readSettings(bytes, start, end, this);
    this.streams.writer.acknowledgeSettings();
    return fault;
  }

  #takeWindow(id: number, more: number): number {
    if (id !== 0 && this.#isIdle(id)) return errorCodes.protocol;
    const fault = more === 0 ? errorCodes.protocol : errorCodes.flowControl;
    if (more > 0 && this.streams.raiseWindow(id, more)) return errorCodes.none;
    if (id === 0) return fault;
    const stream = this.streams.find(id);
    if (stream !== undefined) this.#reset(stream, fault);
    return errorCodes.none;
  }

  /** A frame of a stream that is over. Not every client knows so already. */
  #takeLate(id: number): void {
    if (!this.streams.wasReset(id)) this.#refuse(id, errorCodes.streamClosed);
  }

  #isIdle(id: number): boolean {
    // While we say goodbye, what the client opened meanwhile is nothing to us.
    return id % 2 === 0 || (id > this.#last && this.#state === 'open');
  }

  // ---- what it says of itself

  onTableSize(bytes: number): void {
    this.streams.heads.bound(bytes);
  }

  onInitialWindow(bytes: number): boolean {
    return this.streams.changeInitialWindow(bytes);
  }

  onFrameSize(bytes: number): void {
    this.streams.writer.payload = bytes;
  }

  // ---- ends

  /** What the client makes us reset is work for nothing, as what it resets itself is. */
  #reset(stream: StreamSocket, code: number): void {
    this.streams.reset(stream, code);
    if (!this.#meter.count(this.#context.now)) this.#cutFlood();
  }

  #refuse(id: number, code: number): void {
    this.streams.refuse(id, code);
    if (!this.#meter.count(this.#context.now)) this.#cutFlood();
  }

  #cutFlood(): false {
    if (this.#state === 'closed') return false;
    this.#context.turnedAway.note('frames');
    this.#context.errorLog.warn('an HTTP/2 connection was cut: more frames than any use needs', {
      client: this.#socket.remoteAddress,
    });
    this.cut(errorCodes.calm);
    this.#socket.terminate();
    return false;
  }

  #fail(code: number): void {
    if (this.#state === 'closed') return;
    this.cut(code);
    this.#socket.end();
  }

  #afterFlush(): void {
    const { writer, count } = this.streams;
    if (writer.overfull) this.#cutFlood();
    else if (this.#state === 'closing' && count === 0 && writer.waiting === 0) {
      this.#state = 'closed';
      this.#socket.end();
    }
  }
}
