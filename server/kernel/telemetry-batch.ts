/**
 * Rows of one table on their way to the Worker, as JSON text in bytes: however many there are, the collector has
 * nothing to copy, and what the cells were cut from (a request's whole head) is not kept.
 */

import type { Cell } from './telemetry.ts';
import { packBatch } from './telemetry-protocol.ts';

const usualBytes = 65_536;
/** A batch of unusual rows does not keep its memory. */
const mostKeptBytes = 1_048_576;

export class RowBatch {
  #bytes = Buffer.alloc(0);
  #length = 0;
  #rows = 0;
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  get rows(): number {
    return this.#rows;
  }

  get characters(): number {
    return this.#length;
  }

  /** Adds a row and returns the characters it takes. */
  add(row: readonly Cell[]): number {
    const text = asciiJson(row);
    const size = text.length + 1;
    if (this.#length + size > this.#bytes.length) this.#grow(this.#length + size);
    if (this.#rows > 0) this.#bytes[this.#length++] = comma;
    this.#bytes.write(text, this.#length, 'latin1');
    this.#length += text.length;
    this.#rows += 1;
    const at = typeof row[0] === 'number' ? row[0] : Number.NaN;
    this.#from = Math.min(this.#from, at);
    this.#to = Math.max(this.#to, at);
    return this.#rows === 1 ? size - 1 : size;
  }

  /** The message for the Worker; empty from then on. */
  take(table: string, now: number): string {
    const text = this.#bytes.toString('latin1', 0, this.#length);
    // NaN and infinities become null.
    const message = packBatch({ table, count: this.#rows, from: this.#from, to: this.#to, now }, text);
    if (this.#bytes.length > mostKeptBytes) this.#bytes = Buffer.alloc(0);
    this.#length = 0;
    this.#rows = 0;
    this.#from = Number.POSITIVE_INFINITY;
    this.#to = Number.NEGATIVE_INFINITY;
    return message;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(usualBytes, this.#bytes.length * 2, needed));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

const comma = 0x2c;

/** One character a byte, so that it is written and stored as it is. NaN and infinities become null. */
function asciiJson(row: readonly Cell[]): string {
  const text = JSON.stringify(row);
  return /[^\0-\x7f]/.test(text) ? text.replace(/[^\0-\x7f]/g, escaped) : text;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
