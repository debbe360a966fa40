/** Writes field blocks (RFC 7541): lines that come again are a byte or two. Nothing is packed, which costs more than it saves. */

import { DynamicTable } from './dynamic-table.ts';
import { ofConnections } from './field.ts';
import { staticName, staticTable } from './static-table.ts';

/** Told to nobody's table, in no compressed form (RFC 7541, 7.1.3). */
const secret: ReadonlySet<string> = new Set(['set-cookie', 'authorization', 'proxy-authorization']);
/** Different in nearly every answer: they would only push out what comes again. */
const unlike: ReadonlySet<string> = new Set([
  'age',
  'content-range',
  'etag',
  'expires',
  'last-modified',
  'location',
  'x-request-id',
]);
/** A longer value hardly comes again, bytes. */
const mostValue = 512;
/** The table is never larger, whatever the other side allows. */
const mostTable = 4_096;

interface Line {
  readonly text: string;
  /** How many were added before it. */
  readonly ordinal: number;
  readonly size: number;
}

/** Where a block is written; used by all connections, as a block is copied before the next one begins. */
let block = Buffer.allocUnsafeSlow(8_192);

export class HpackEncoder {
  readonly #lines = new Map<string, Line>();
  readonly #table = new DynamicTable<Line>(mostTable, (line) => this.#lines.delete(line.text));
  #added = 0;
  #length = 0;
  /** The lowest bound since the last block; -1 for no change. */
  #lowest = -1;
  /** Another one where blocks that were written before mean something else. */
  version = 0;

  /** What the other side's table may take from now on. */
  bound(most: number): void {
    const wanted = Math.min(most, mostTable);
    if (wanted === this.#table.most) return;
    this.#lowest = this.#lowest === -1 ? wanted : Math.min(this.#lowest, wanted);
    this.#table.bound(wanted);
    this.version++;
  }

  /**
   * The block of an answer's head, or of trailers where `status` is 0. `lines` (latin1), each with its CRLF, are well
   * formed. Only good until the next call.
   */
  encode(status: number, lines: string): Buffer {
    this.#length = 0;
    this.#room(lines.length * 2 + 64);
    if (this.#lowest !== -1) this.#sayBounds();
    if (status !== 0) this.#status(status);
    let at = 0;
    while (at < lines.length) {
      const end = lines.indexOf('\r\n', at);
      this.#line(lines.slice(at, end));
      at = end + 2;
    }
    return block.subarray(0, this.#length);
  }

  /** The lowest one in between has to be said, too (RFC 7541, 4.2). */
  #sayBounds(): void {
    if (this.#lowest < this.#table.most) this.#number(0x20, 0x1f, this.#lowest);
    this.#number(0x20, 0x1f, this.#table.most);
    this.#lowest = -1;
    this.version++;
  }

  #status(status: number): void {
    const text = String(status);
    const index = staticTable.findIndex(({ name, value }) => name === ':status' && value === text);
    if (index !== -1) this.#number(0x80, 0x7f, index + 1);
    else {
      this.#number(0x00, 0x0f, staticName(':status'));
      this.#string(text);
    }
  }

  #line(text: string): void {
    const known = this.#lines.get(text);
    if (known !== undefined) {
      this.#number(0x80, 0x7f, staticTable.length + this.#added - known.ordinal);
      return;
    }
    const colon = text.indexOf(':');
    const name = text.slice(0, colon).toLowerCase();
    const value = text.slice(colon + 1).trim();
    if (ofConnections.has(name)) return;
    const indexed = value.length <= mostValue && !secret.has(name) && !unlike.has(name);
    const index = staticName(name);
    if (indexed) this.#number(0x40, 0x3f, index);
    else this.#number(secret.has(name) ? 0x10 : 0x00, 0x0f, index);
    if (index === 0) this.#string(name);
    this.#string(value);
    if (indexed) this.#remember(text, name.length + value.length + 32);
  }

  #remember(text: string, size: number): void {
    const line = { text, size, ordinal: this.#added };
    this.version++;
    if (!this.#table.add(line)) return;
    this.#lines.set(text, line);
    this.#added++;
  }

  #string(text: string): void {
    this.#number(0x00, 0x7f, text.length);
    this.#length += block.latin1Write(text, this.#length, text.length);
  }

  #number(kind: number, mask: number, value: number): void {
    if (value < mask) {
      block[this.#length++] = kind | value;
      return;
    }
    block[this.#length++] = kind | mask;
    let rest = value - mask;
    for (; rest >= 0x80; rest >>= 7) block[this.#length++] = (rest & 0x7f) | 0x80;
    block[this.#length++] = rest;
  }

  /** A line never takes more than twice its length: "a:" and a CRLF make a kind, two lengths and a letter. */
  #room(bytes: number): void {
    if (block.length < bytes) block = Buffer.allocUnsafeSlow(bytes * 2);
  }
}
