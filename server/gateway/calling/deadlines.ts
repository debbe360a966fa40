/** Time limits of many calls at once, to a tenth of a second: one timer for all, and none while there are no calls. */

export interface Deadline {
  at: number;
  readonly fire: () => void;
}

const tickMs = 100;

export class Deadlines {
  readonly #all = new Set<Deadline>();
  readonly #now: () => number;
  #timer: Timer | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Fires once, `ms` from now. */
  in(ms: number, fire: () => void): Deadline {
    const deadline = { at: this.#now() + ms, fire };
    this.#all.add(deadline);
    this.#timer ??= setInterval(() => this.#tick(), tickMs);
    return deadline;
  }

  drop(deadline: Deadline): void {
    this.#all.delete(deadline);
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
    for (const deadline of this.#all) {
      if (deadline.at > now) continue;
      this.#all.delete(deadline);
      deadline.fire();
    }
  }
}
