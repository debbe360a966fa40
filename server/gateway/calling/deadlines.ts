/** Time limits of many calls at once, to a tenth of a second: one timer for all, and none while there are no calls. */

import { Bag, type Placed } from '../bag.ts';

export interface Deadline extends Placed {
  readonly at: number;
  readonly fire: () => void;
}

const tickMs = 100;

export class Deadlines {
  readonly #all = new Bag<Deadline>();
  readonly #now: () => number;
  #timer: Timer | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Fires once, `ms` from now. */
  in(ms: number, fire: () => void): Deadline {
    const deadline = { at: this.#now() + ms, fire, place: -1 };
    this.#all.add(deadline);
    this.#timer ??= setInterval(() => this.#tick(), tickMs);
    return deadline;
  }

  drop(deadline: Deadline): void {
    this.#all.remove(deadline);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#all.clear();
  }

  #tick(): void {
    if (this.#all.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    const now = this.#now();
    const due = [...this.#all].filter(({ at }) => at <= now);
    // One that fires may drop another.
    for (const deadline of due) if (this.#all.remove(deadline)) deadline.fire();
  }
}
