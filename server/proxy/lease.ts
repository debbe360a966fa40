/** The right of one request to one backend: its target, what it is told when the backend goes, and its end. */

import type { Backend, ServiceKey, Target } from '../../shared/proxy/backend.ts';
import type { Rotation, Slot } from './rotation.ts';
import type { Lease, Outcome } from './service.ts';

/** What a lease needs of the backend it is for. */
export interface LeaseHome {
  readonly service: ServiceKey;
  readonly backend: Backend;
  readonly rotation: Rotation;
  readonly draining: boolean;
  readonly cutting: boolean;
  /** From now on `drainNow` and `cutNow` are called. */
  watch(lease: BackendLease): void;
  ended(lease: BackendLease, outcome: Outcome): void;
}

export class BackendLease implements Lease {
  readonly #home: LeaseHome;
  #slot: Slot | null = null;
  #onDrain: (() => void) | null = null;
  #onCut: (() => void) | null = null;
  #ended = false;

  constructor(home: LeaseHome) {
    this.#home = home;
  }

  get service(): ServiceKey {
    return this.#home.service;
  }

  get backend(): Backend {
    return this.#home.backend;
  }

  pick(tried: ReadonlySet<string>): Target | null {
    if (this.#ended) return null;
    this.#free();
    this.#slot = this.#home.rotation.pick(tried);
    return this.#slot === null ? null : this.#slot.target;
  }

  answered(target: Target): void {
    const slot = this.#slot;
    if (slot !== null && slot.target === target && slot.failedAs === 0) return;
    this.#home.rotation.answered(target);
  }

  failed(target: Target): void {
    this.#home.rotation.failed(target);
  }

  onDrain(callback: () => void): void {
    if (this.#ended) return;
    if (this.#home.draining) {
      callback();
      return;
    }
    this.#onDrain = both(this.#onDrain, callback);
    this.#home.watch(this);
  }

  onCut(callback: () => void): void {
    if (this.#ended) return;
    if (this.#home.cutting) {
      callback();
      return;
    }
    this.#onCut = both(this.#onCut, callback);
    this.#home.watch(this);
  }

  end(outcome: Outcome): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#free();
    this.#onDrain = null;
    this.#onCut = null;
    this.#home.ended(this, outcome);
  }

  /** For the backend: it starts to drain. */
  drainNow(): void {
    const callback = this.#onDrain;
    this.#onDrain = null;
    callback?.();
  }

  /** For the backend: the drain's deadline has passed. */
  cutNow(): void {
    const callback = this.#onCut;
    this.#onCut = null;
    callback?.();
  }

  #free(): void {
    if (this.#slot !== null) this.#home.rotation.free(this.#slot);
    this.#slot = null;
  }
}

function both(first: (() => void) | null, second: () => void): () => void {
  if (first === null) return second;
  return () => {
    first();
    second();
  };
}
