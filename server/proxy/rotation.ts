/** Which instance gets the next request: least busy first, failed ones out until they answer a probe. */

import type { Target } from '../../shared/proxy/backend.ts';

/** A target with what is known of it now. */
export interface Slot {
  readonly target: Target;
  inFlight: number;
  /** 0 while healthy; else the order in which it failed, low is long ago. */
  failedAs: number;
  retry: ReturnType<typeof setTimeout> | null;
}

export interface RotationOptions {
  /** Whether the target answers a request at all; any status counts. */
  answers(target: Target): Promise<boolean>;
  /** Between the probes of a target that is out, ms. */
  readonly reprobeMs: number;
  onHealth(target: Target, healthy: boolean): void;
}

export class Rotation {
  readonly #slots: readonly Slot[];
  readonly #options: RotationOptions;
  #turn = 0;
  #failures = 0;
  #closed = false;

  constructor(targets: readonly Target[], options: RotationOptions) {
    this.#slots = targets.map((target) => ({ target, inFlight: 0, failedAs: 0, retry: null }));
    this.#options = options;
  }

  /**
   * The healthy slot with the fewest requests in flight, ties in turn. Where none is left, the one that failed longest
   * ago: a request that would get 502 anyway loses nothing by trying, and an app of one instance is back with its
   * first answer instead of with its next probe. Null once all are in `tried`. Counts the slot as busy until `free`.
   */
  pick(tried: ReadonlySet<string>): Slot | null {
    const slots = this.#slots;
    let best: Slot | null = null;
    if (slots.length > 1) this.#turn = (this.#turn + 1) % slots.length;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[(this.#turn + i) % slots.length];
      if (slot === undefined || tried.has(slot.target.id)) continue;
      if (best === null || precedes(slot, best)) best = slot;
    }
    if (best !== null) best.inFlight++;
    return best;
  }

  free(slot: Slot): void {
    slot.inFlight--;
  }

  answered(target: Target): void {
    const slot = this.#find(target);
    if (slot !== undefined && slot.failedAs !== 0) this.#restore(slot);
  }

  failed(target: Target): void {
    const slot = this.#find(target);
    if (slot === undefined) return;
    const wasHealthy = slot.failedAs === 0;
    slot.failedAs = ++this.#failures;
    if (!wasHealthy || this.#closed) return;
    this.#scheduleProbe(slot);
    this.#options.onHealth(slot.target, false);
  }

  /** The targets that are out now. */
  ejected(): Target[] {
    return this.#slots.filter((slot) => slot.failedAs !== 0).map((slot) => slot.target);
  }

  /** Ends all probing; picking goes on for requests that still run. */
  close(): void {
    this.#closed = true;
    for (const slot of this.#slots) cancelProbe(slot);
  }

  #find(target: Target): Slot | undefined {
    return this.#slots.find((slot) => slot.target.id === target.id);
  }

  #restore(slot: Slot): void {
    slot.failedAs = 0;
    cancelProbe(slot);
    if (!this.#closed) this.#options.onHealth(slot.target, true);
  }

  #scheduleProbe(slot: Slot): void {
    slot.retry = setTimeout(() => {
      slot.retry = null;
      this.#options.answers(slot.target).then(
        (answers) => this.#probed(slot, answers),
        () => this.#probed(slot, false),
      );
    }, this.#options.reprobeMs);
  }

  #probed(slot: Slot, answers: boolean): void {
    // A request may have found it healthy, or failed again and so scheduled the next probe, while this one ran.
    if (this.#closed || slot.failedAs === 0 || slot.retry !== null) return;
    if (answers) this.#restore(slot);
    else this.#scheduleProbe(slot);
  }
}

function precedes(a: Slot, b: Slot): boolean {
  if (a.failedAs === 0 && b.failedAs === 0) return a.inFlight < b.inFlight;
  return a.failedAs < b.failedAs;
}

function cancelProbe(slot: Slot): void {
  if (slot.retry !== null) clearTimeout(slot.retry);
  slot.retry = null;
}
