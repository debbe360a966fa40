/** Buffers in which frames are put together: taken for a turn of the loop and given back, so that few are ever made. */

/** Answers to a few requests; and content on its way with the frames around it. */
const sizes: readonly number[] = [4_096, 16_384, 81_920];
/** Kept of each size, 16 at most: what many connections needed at once is not kept for ever. */
const mostKept: readonly number[] = [16, 8, 2];

export class SpareBuffers {
  readonly #kept: Buffer[][] = sizes.map(() => []);

  /** At least `bytes` long. */
  take(bytes: number): Buffer {
    const kind = sizes.findIndex((size) => size >= bytes);
    const size = sizes[kind];
    if (size === undefined) return Buffer.allocUnsafeSlow(bytes * 2);
    return this.#kept[kind]?.pop() ?? Buffer.allocUnsafeSlow(size);
  }

  giveBack(bytes: Buffer): void {
    const kind = sizes.indexOf(bytes.length);
    const kept = this.#kept[kind];
    if (kept !== undefined && kept.length < (mostKept[kind] ?? 0)) kept.push(bytes);
  }
}

export const spareBuffers = new SpareBuffers();
