/** Tells who holds a place for nothing: a client that sends or reads a trickle, just enough not to be idle. */

/** What the client is to do: send its body, or take what waits for it. */
export type PaceWork = 'none' | 'sending' | 'reading';

/** So many bytes a second on average over the span are enough: less than any modem. */
const leastPerSecond = 500;
const spanMs = 20_000;

export class Pace {
  #work: PaceWork = 'none';
  #since = 0;
  #bytes = 0;

  /** `bytes`: sent or taken so far. True where the work went on for a whole span without its bytes. */
  tooSlow(now: number, work: PaceWork, bytes: number): boolean {
    if (work !== this.#work || work === 'none') {
      this.#work = work;
      this.#since = now;
      this.#bytes = bytes;
      return false;
    }
    const passed = now - this.#since;
    if (passed < spanMs) return false;
    const slow = bytes - this.#bytes < (leastPerSecond * passed) / 1000;
    this.#since = now;
    this.#bytes = bytes;
    return slow;
  }
}
