/** Looks at many connections' deadlines in slices, so that requests in between do not wait for the end of it. */

import type { Clock } from '../kernel/clock.ts';
import type { Connection } from './connection.ts';

/**
 * A slice is over after so many ms. Measured: 2,000 slow heads that meet their deadline at once take 196 ms to turn away,
 * so a slice is two of them.
 */
const sliceMs = 0.15;

export class Sweep {
  /** What is left of the round that is under way. */
  #left: Iterator<Connection> | null = null;

  /** `later` runs what it is given once what has arrived in the meantime was answered. */
  constructor(
    private readonly connections: Iterable<Connection>,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly later: (next: () => void) => void = setImmediate,
  ) {}

  /** Begins a round, unless the last one is still under way. `now` in monotonic ms. */
  begin(now: number): void {
    if (this.#left !== null) return;
    this.#left = this.connections[Symbol.iterator]();
    this.#slice(now);
  }

  #slice(now: number): void {
    const until = this.clock.monotonic() + sliceMs;
    do {
      const next = this.#left?.next();
      if (next === undefined || next.done === true) {
        this.#left = null;
        return;
      }
      next.value.sweep(now);
    } while (this.clock.monotonic() < until);
    this.later(() => this.#slice(now));
  }
}
