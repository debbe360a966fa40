/** What a client may send before it is told that it may send more (RFC 9113, 5.2): more where what it sends is taken at once. */

/** What it may send before it was told anything (RFC 9113, 6.9.2). */
export const firstWindow = 65_535;
/** Enough for a fast line over a long way. */
const largest = 1_048_576;

export class ReceiveWindow {
  #size = firstWindow;
  #left = firstWindow;
  #taken = 0;

  /** As for a new stream. */
  open(): void {
    this.#size = firstWindow;
    this.#left = firstWindow;
    this.#taken = 0;
  }

  /** `bytes` came. False where it was not allowed to send as many. */
  receive(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0;
  }

  /** `bytes` were passed on. Returns how many more it is to be told of now; mostly none. */
  pass(bytes: number): number {
    this.#taken += bytes;
    if (this.#taken * 2 < this.#size) return 0;
    // Half of it came and went: a larger one would be used.
    const larger = Math.min(this.#size, largest - this.#size);
    this.#size += larger;
    const more = this.#taken + larger;
    this.#taken = 0;
    this.#left += more;
    return more;
  }
}
