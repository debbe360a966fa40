/** Requests whose app went away under them, held until something can answer again: few, and for a moment only. */

/** A request's place among those held. */
export interface Hold {
  /** Resolves when another attempt is worthwhile, or nothing more is to be waited for. */
  readonly until: Promise<void>;
  /** Gives the place back; for a visitor who went away. `until` then never settles. */
  leave(): void;
}

/** How long after an app was first missed requests are held, ms: a restart or a rollback takes less. */
const holdMs = 1_000;
const mostHeld = 1_000;

export class SecondWind {
  readonly #held = new Set<() => void>();
  /** Missed for longer than requests are held: nobody is, until it is back. */
  #gone = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Null where it would be in vain: the app has been away for longer, or enough are held. */
  hold(): Hold | null {
    if (this.#gone || this.#held.size >= mostHeld) return null;
    this.#timer ??= setTimeout(() => {
      this.#gone = true;
      this.#release();
    }, holdMs);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.add(resolve);
    return { until: promise, leave: () => this.#held.delete(resolve) };
  }

  /** Something may answer again: those held go on. */
  back(): void {
    this.#gone = false;
    this.#release();
  }

  #release(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const release of this.#held) release();
    this.#held.clear();
  }
}
