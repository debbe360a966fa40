/** A part of a file, read piece by piece as fast as a client takes it. */

import { closeSync, openSync, readSync } from 'node:fs';

/** Where pieces go. Both answer whether more may follow at once, with the same buffer. */
export interface FileSink {
  sendHead(head: string, bytes: Buffer, start: number, end: number): boolean;
  send(bytes: Buffer, start: number, end: number): boolean;
}

/** What became of it: `yield` asks to go on after others had their turn. */
export type Progress =
  | 'done'
  /** Waits for the sink to take all. */
  | 'more'
  /** The file is not as long as it was. */
  | 'short'
  | 'yield';

/** Pieces sent in one go to a client that keeps up. */
const maxTurn = 16;
/** Read at once: enough for a full pipe to the client, little enough for many clients. */
const pieceSize = 131_072;

/**
 * Reads are synchronous: files of a release are mostly in the page cache, where a read costs less than handing it to
 * another thread and back.
 */
export class FileSource {
  readonly #fd: number;
  readonly #piece: Buffer;
  #at: number;
  readonly #end: number;
  #closed = false;

  /** `end` is exclusive. Throws what the system says where the file cannot be opened. */
  constructor(file: string, start: number, end: number) {
    this.#fd = openSync(file, 'r');
    this.#piece = Buffer.allocUnsafeSlow(Math.max(1, Math.min(pieceSize, end - start)));
    this.#at = start;
    this.#end = end;
  }

  /** Sends `head` and what follows. */
  begin(sink: FileSink, head: string): Progress {
    const read = this.#read();
    if (this.#at < this.#end && read === 0) return 'short';
    const free = sink.sendHead(head, this.#piece, 0, read);
    return free ? this.pump(sink) : this.#state();
  }

  /** Goes on after the sink took all: until then it holds bytes of the one buffer used here. */
  pump(sink: FileSink): Progress {
    for (let turn = 0; this.#at < this.#end; turn++) {
      if (turn === maxTurn) return 'yield';
      const read = this.#read();
      if (read === 0) return 'short';
      if (!sink.send(this.#piece, 0, read)) return this.#state();
    }
    return 'done';
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#fd);
  }

  #read(): number {
    const wanted = Math.min(this.#piece.length, this.#end - this.#at);
    if (wanted === 0) return 0;
    const read = readSync(this.#fd, this.#piece, 0, wanted, this.#at);
    this.#at += read;
    return read;
  }

  #state(): 'done' | 'more' {
    return this.#at < this.#end ? 'more' : 'done';
  }
}
