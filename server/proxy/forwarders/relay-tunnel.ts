/** A client's connection in the main process's hands: its bytes go there and the answers come back, unread. */

import type { Socket } from 'bun';
import { Outbox } from '../outbox.ts';
import type { Tunnel, Visitor } from '../visitor.ts';
import { type Preface, prefaceLine } from './preface.ts';

export interface RelayOptions {
  /** Path of main's socket for them. */
  readonly door: string;
  readonly preface: Preface;
  /** Whether main cut the connection: the socket between us says only that it is over. */
  wasCut(id: number): Promise<boolean>;
}

export class RelayTunnel implements Tunnel {
  /** A client that sends its FIN is main's to judge. */
  readonly answered = true;
  readonly #visitor: Visitor;
  readonly #options: RelayOptions;
  #socket: Socket<RelayTunnel> | null = null;
  #outbox: Outbox | null = null;
  /** What came before main took the connection. */
  #early: Buffer[];
  #clientEnded = false;
  #over = false;

  constructor(visitor: Visitor, options: RelayOptions) {
    this.#visitor = visitor;
    // Main's connection has all the deadlines there are.
    visitor.deadline = 0;
    this.#options = options;
    this.#early = [Buffer.from(prefaceLine(options.preface), 'latin1')];
    Bun.connect<RelayTunnel>({
      unix: options.door,
      data: this,
      socket: handler,
      allowHalfOpen: true,
    }).catch(() => this.mainGone());
  }

  // ---- what the client's connection says

  received(bytes: Buffer): void {
    if (this.#outbox === null) {
      this.#early.push(bytes);
      this.#visitor.pauseInput();
    } else if (!this.#outbox.send(bytes, 0, bytes.length)) {
      this.#visitor.pauseInput();
    }
  }

  drained(): void {
    this.#socket?.resume();
  }

  ended(): void {
    this.#clientEnded = true;
    if (this.#outbox?.blocked === false) this.#socket?.shutdown();
  }

  clientGone(): void {
    this.#over = true;
    this.#outbox?.discard();
    this.#socket?.terminate();
  }

  expired(): void {}

  // ---- what the socket to main says

  opened(socket: Socket<RelayTunnel>): void {
    if (this.#over) {
      socket.terminate();
      return;
    }
    this.#socket = socket;
    this.#outbox = new Outbox(socket);
    const first = Buffer.concat(this.#early.splice(0));
    if (this.#outbox.send(first, 0, first.length)) this.taken();
  }

  /** Main took what waited. */
  taken(): void {
    if (this.#outbox?.flush() !== true) return;
    if (this.#clientEnded) this.#socket?.shutdown();
    else this.#visitor.resumeInput();
  }

  answeredWith(bytes: Buffer): void {
    if (!this.#over && !this.#visitor.outbox.give(bytes)) this.#socket?.pause();
  }

  mainEnded(): void {
    if (this.#over) return;
    this.#over = true;
    void this.#options.wasCut(this.#options.preface.id).then((cut) => {
      this.#socket?.end();
      if (cut) this.#visitor.abort();
      else this.#visitor.endTunnel();
    });
  }

  mainGone(): void {
    if (this.#over) return;
    this.#over = true;
    this.#visitor.abort();
  }
}

const handler = {
  open: (socket: Socket<RelayTunnel>) => socket.data.opened(socket),
  data: (socket: Socket<RelayTunnel>, bytes: Buffer) => socket.data.answeredWith(bytes),
  drain: (socket: Socket<RelayTunnel>) => socket.data.taken(),
  end: (socket: Socket<RelayTunnel>) => socket.data.mainEnded(),
  close: (socket: Socket<RelayTunnel>) => socket.data.mainEnded(),
  connectError: (socket: Socket<RelayTunnel>) => socket.data.mainGone(),
  error: (socket: Socket<RelayTunnel>) => socket.terminate(),
};
