/** What a client's HTTP/2 connections send is read in turns, as its requests are: many that speak at once hold up nobody else. */

import type { ConnectionRoom } from '../connection-room.ts';
import type { ClientTurns, FairTurns, InLine } from '../fair-turns.ts';

export interface FrameLineParts {
  readonly turns: FairTurns;
  readonly room: Pick<ConnectionRoom, 'clients'>;
  /** Monotonic ms, or a little less. */
  readonly now: number;
}

export interface FrameReader {
  read(chunk: Buffer): void;
  /** All is read, and no more will come. */
  end(): void;
  pause(): void;
  resume(): void;
}

/** Bytes of one connection that may wait before no more are taken from it. */
const mostUnread = 65_536;

export class FrameLine implements InLine {
  #unread: Buffer[] = [];
  #bytes = 0;
  #inLine = false;
  #paused = false;
  #ended = false;

  /** `mine`: the turns of this client, for what it sends. */
  constructor(
    private readonly parts: FrameLineParts,
    private readonly mine: ClientTurns,
    private readonly reader: FrameReader,
  ) {}

  received(chunk: Buffer): void {
    this.#unread.push(chunk);
    this.#bytes += chunk.length;
    if (!this.#inLine) this.#readOn();
    if (this.#bytes > mostUnread && !this.#paused) {
      this.#paused = true;
      this.reader.pause();
    }
  }

  /** The client sends no more. */
  ended(): void {
    this.#ended = true;
    if (this.#unread.length === 0) this.reader.end();
  }

  /** The connection is gone: what was not read is nothing any more. */
  forget(): void {
    this.#unread = [];
    this.#bytes = 0;
    this.#ended = false;
  }

  takeTurn(): void {
    this.#inLine = false;
    this.#readOne();
    this.#readOn();
  }

  #readOn(): void {
    while (this.#unread.length > 0 && this.#mayRead()) this.#readOne();
  }

  #mayRead(): boolean {
    const { turns, room, now } = this.parts;
    this.#inLine = !turns.begin(this.mine, this, now, room.clients < 2);
    return !this.#inLine;
  }

  #readOne(): void {
    const chunk = this.#unread.shift();
    if (chunk === undefined) return;
    this.#bytes -= chunk.length;
    this.reader.read(chunk);
    if (this.#unread.length > 0) return;
    if (this.#ended) this.reader.end();
    else if (this.#paused) {
      this.#paused = false;
      this.reader.resume();
    }
  }
}
