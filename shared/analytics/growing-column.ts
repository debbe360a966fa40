/** A column while it grows: four bytes a value, eight once one needs them; the narrowest type that fits when it is done. */

import type { Column } from './partition.ts';

const mostWhole = 0xffff_ffff;

export class GrowingColumn {
  #values: Uint32Array | Float64Array = new Uint32Array(256);
  #length = 0;
  #most = 0;

  push(value: number): void {
    if (
      this.#values instanceof Uint32Array &&
      !(value >= 0 && value <= mostWhole && Number.isInteger(value))
    ) {
      this.#values = Float64Array.from(this.#values);
    }
    if (this.#length === this.#values.length) {
      const larger = new (this.#values instanceof Uint32Array ? Uint32Array : Float64Array)(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
    if (value > this.#most || value < 0) this.#most = Math.max(this.#most, Math.abs(value));
  }

  /** Null where every value is zero. */
  finish(): Column | null {
    if (this.#most === 0) return null;
    const values = this.#values.subarray(0, this.#length);
    if (values instanceof Float64Array) return values.slice();
    if (this.#most <= 0xff) return Uint8Array.from(values);
    return this.#most <= 0xffff ? Uint16Array.from(values) : values.slice();
  }
}
