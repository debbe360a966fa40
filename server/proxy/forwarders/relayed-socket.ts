/** A client's connection that a forwarder handed over, to the data path as if the client had connected here. */

import type { Socket } from 'bun';
import type { ClientSocket } from '../client-socket.ts';
import type { Connection } from '../connection.ts';
import type { Preface } from './preface.ts';

export class RelayedSocket implements ClientSocket {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;

  /** `onCut` is told before a cut: to the forwarder it looks like any end. */
  constructor(
    private readonly socket: Socket<Connection>,
    { remoteAddress, remotePort, localAddress }: Preface,
    private readonly onCut: () => void,
  ) {
    this.remoteAddress = remoteAddress;
    this.remotePort = remotePort;
    this.localAddress = localAddress;
  }

  write(bytes: Uint8Array, offset = 0, length = bytes.length - offset): number {
    return this.socket.write(bytes, offset, length);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** The forwarder keeps watch over the client. */
  setKeepAlive(): void {}

  shutdown(): void {
    this.socket.shutdown();
  }

  end(): void {
    this.socket.end();
  }

  terminate(): void {
    this.onCut();
    this.socket.terminate();
  }
}
