/** What a connection needs of a client's socket: a TCP or TLS one, or one stream of an HTTP/2 connection. */

import type { Writable } from './outbox.ts';

export interface ClientSocket extends Writable {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  pause(): void;
  resume(): void;
  setKeepAlive(enable: boolean, initialDelay: number): unknown;
  /** Ends our side; the client's may go on. */
  shutdown(): void;
  end(): void;
  terminate(): void;
}
