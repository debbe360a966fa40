/** Reads field blocks (RFC 7541): the other side's table is kept, and what is in it is not read again. */

import { DynamicTable } from './dynamic-table.ts';
import { Field, type FieldSink } from './field.ts';
import { unpacked } from './huffman.ts';
import { staticTable } from './static-table.ts';

/** What the other side's table may take: the default, as we never say another (RFC 9113, 6.5.2). */
const mostTable = 4_096;
/** Numbers beyond mean nothing here (RFC 7541, 5.1); no block is that long. */
const mostNumber = 0x0f_ff_ff;

export class HpackDecoder {
  readonly #table = new DynamicTable<Field>(mostTable);
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;

  /** Reads a whole block. False where it cannot be read: the connection is of no use any more (RFC 9113, 4.3). */
  decode(bytes: Buffer, start: number, end: number, sink: FieldSink): boolean {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    const whole = this.#read(sink);
    this.#bytes = nothing;
    return whole;
  }

  #read(sink: FieldSink): boolean {
    let first = true;
    while (this.#at < this.#end) {
      const byte = this.#bytes[this.#at] ?? 0;
      if (byte >= 0x80) {
        const field = this.#find(this.#number(0x7f));
        if (field === undefined) return false;
        sink.add(field);
        first = false;
      } else if ((byte & 0xe0) === 0x20) {
        // Only at the begin of a block (RFC 7541, 4.2).
        const most = this.#number(0x1f);
        if (!first || most < 0 || most > mostTable) return false;
        this.#table.bound(most);
      } else {
        const indexed = byte >= 0x40;
        const field = this.#literal(this.#number(indexed ? 0x3f : 0x0f));
        if (field === null) return false;
        if (indexed) this.#table.add(field);
        sink.add(field);
        first = false;
      }
    }
    return true;
  }

  #find(index: number): Field | undefined {
    if (index <= 0) return undefined;
    return index <= staticTable.length
      ? staticTable[index - 1]
      : this.#table.at(index - staticTable.length - 1);
  }

  #literal(index: number): Field | null {
    if (index < 0) return null;
    const name = index === 0 ? this.#string() : (this.#find(index)?.name ?? null);
    if (name === null) return null;
    const value = this.#string();
    return value === null ? null : new Field(name, value);
  }

  #string(): string | null {
    if (this.#at >= this.#end) return null;
    const packed = ((this.#bytes[this.#at] ?? 0) & 0x80) !== 0;
    const length = this.#number(0x7f);
    const start = this.#at;
    const end = start + length;
    if (length < 0 || end > this.#end) return null;
    this.#at = end;
    return packed ? unpacked(this.#bytes, start, end) : this.#bytes.latin1Slice(start, end);
  }

  /** A number whose first bits are those of `mask` in the byte at hand (RFC 7541, 5.1); -1 where it is none. */
  #number(mask: number): number {
    let value = (this.#bytes[this.#at++] ?? 0) & mask;
    if (value < mask) return value;
    for (let shift = 0; this.#at < this.#end && shift <= 21; shift += 7) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 0x7f) << shift;
      if (value > mostNumber) return -1;
      if (byte < 0x80) return value;
    }
    return -1;
  }
}

const nothing = Buffer.alloc(0);
