/** One connection to a provider: a request at a time, kept for the next. */

import type { Socket } from 'bun';
import { type AnswerHead, AnswerParser, type AnswerSink } from './answer-parser.ts';
import type { Origin } from './origin.ts';
import { type OutgoingRequest, writeRequest } from './write-request.ts';

export interface AnswerListener {
  onHead(head: AnswerHead): void;
  /** The bytes are the listener's. */
  onChunk(bytes: Buffer): void;
  onEnd(): void;
  /** Called once in place of `onEnd`. `answered`: whether a byte of the answer came. */
  onFailed: Failed;
}

export type Failed = (why: string, answered: boolean) => void;

export class Connection implements AnswerSink {
  /** Told when the connection can carry the next request, or never again. */
  onFree: ((connection: Connection, reusable: boolean) => void) | null = null;
  used = 0;
  /** Of the pool: when it was last put back. */
  since = 0;
  #socket: Socket<Connection> | null = null;
  #parser: AnswerParser | null = null;
  #listener: AnswerListener | null = null;
  #failed: Failed | null = null;
  #answered = false;
  #open = true;
  #left: Uint8Array | null = null;

  /** Rejects with the system's words. A server that does not prove to be `origin.host` is none to speak with. */
  static async open(origin: Origin, address: string): Promise<Connection> {
    const connection = new Connection();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = await Bun.connect<Connection>({
      hostname: address,
      port: origin.port,
      data: connection,
      ...(origin.secure ? { tls: { serverName: origin.host, rejectUnauthorized: true } } : {}),
      socket: {
        open: () => {
          if (!origin.secure) resolve();
        },
        handshake: (_socket, success, error) => {
          if (success && error === null) resolve();
          else reject(new Error(error?.message ?? 'the handshake failed'));
        },
        data: (mine, bytes) => mine.data.#receive(bytes),
        drain: (mine) => mine.data.#flush(),
        end: (mine) => mine.data.#gone('the connection was closed'),
        close: (mine) => {
          reject(new Error('the connection was closed'));
          mine.data.#gone('the connection was closed');
        },
        error: (mine, error) => mine.data.#gone(error.message),
      },
    });
    connection.#socket = socket;
    try {
      await promise;
    } catch (error) {
      socket.terminate();
      throw error;
    }
    return connection;
  }

  get open(): boolean {
    return this.#open;
  }

  /** `failed` hears in place of the listener's own. */
  send(request: OutgoingRequest, listener: AnswerListener, failed: Failed): void {
    this.used++;
    this.#answered = false;
    this.#listener = listener;
    this.#failed = failed;
    this.#parser = new AnswerParser(this);
    const left = this.#socket === null ? 'closed' : writeRequest(this.#socket, request);
    if (left === 'closed') this.#gone('the connection was closed');
    else this.#left = left;
  }

  /** Of its parser, as are the two below. */
  head(head: AnswerHead): void {
    this.#listener?.onHead(head);
  }

  chunk(bytes: Buffer): void {
    this.#listener?.onChunk(bytes);
  }

  end(reusable: boolean): void {
    const listener = this.#listener;
    this.#listener = null;
    this.#parser = null;
    const free = reusable && this.#left === null && this.#open;
    if (!free) this.close();
    listener?.onEnd();
    this.onFree?.(this, free);
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    if (this.#open) this.#socket?.resume();
  }

  /** Ends the connection; whoever listened hears nothing more. */
  close(): void {
    const busy = this.#listener !== null;
    this.#listener = null;
    this.#parser = null;
    this.#left = null;
    if (!this.#open) return;
    this.#open = false;
    this.#socket?.terminate();
    if (busy) this.onFree?.(this, false);
  }

  #receive(bytes: Buffer): void {
    // Nothing was asked: whoever speaks now is not to be trusted with the next request.
    if (this.#parser === null) {
      this.#gone('bytes came that nobody asked for');
      return;
    }
    this.#answered = true;
    try {
      this.#parser.push(bytes);
    } catch (error) {
      this.#gone(error instanceof Error ? error.message : String(error));
    }
  }

  #flush(): void {
    if (this.#left === null || this.#socket === null) return;
    const written = this.#socket.write(this.#left);
    if (written < 0) {
      this.#gone('the connection was closed');
      return;
    }
    this.#left = written === this.#left.length ? null : this.#left.subarray(written);
  }

  #gone(why: string): void {
    const failed = this.#listener === null ? null : this.#failed;
    if (this.#parser?.close() === true) return;
    this.#open = false;
    this.#listener = null;
    this.#parser = null;
    this.#left = null;
    this.#socket?.terminate();
    failed?.(why, this.#answered);
    this.onFree?.(this, false);
  }
}
