/** The client's side of an exchange, as the exchange needs it. */

import type { ForwardedLines } from './forwarded.ts';
import type { Outbox } from './outbox.ts';
import type { Overdraft } from './overdraft.ts';

/** Takes the raw bytes of a connection that no longer speaks HTTP. */
export interface Tunnel {
  /** Whether the client was sent anything. */
  readonly answered: boolean;
  received(bytes: Buffer): void;
  drained(): void;
  /** The client will send no more. */
  ended(): void;
  /** The connection is gone. */
  clientGone(): void;
  /** The visitor's deadline has passed. */
  expired(): void;
}

export interface Visitor {
  readonly outbox: Outbox;
  readonly forwarded: ForwardedLines;
  readonly overdraft: Overdraft;
  /** Peer address without IPv4-in-IPv6 prefix. */
  readonly address: string;
  readonly port: number;
  /** Whether the peer is a process of this machine. */
  readonly local: boolean;
  /** Monotonic ms at which the exchange is told `expired`; 0 for never. */
  deadline: number;
  /** The line that tells browsers to come by HTTPS only; empty where it is not for them, or not by it that they came. */
  strictLine(host: string): string;
  pauseInput(): void;
  resumeInput(): void;
  /** The exchange is over and its answer handed to the socket. `reuse`: the connection may carry another. */
  finished(reuse: boolean): void;
  /** Cuts the connection, so that the client cannot take what it has for the whole answer. */
  abort(): void;
  /** From now on raw bytes go to `tunnel`; bytes already read come first. */
  enterTunnel(tunnel: Tunnel): void;
  /** Ends the tunnel's connection after what was written. */
  endTunnel(): void;
  /** Back from a tunnel through which nothing was sent to the client. */
  leaveTunnel(): void;
}
