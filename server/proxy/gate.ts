/** Whether requests of a service go on, wait or are turned away: a small state machine, and the requests that wait. */

import type { Clock } from '../kernel/clock.ts';

/** `maxPauseMs` is how long each request is held, from its own arrival. A pause itself lasts until it is ended. */
export type GateState = { kind: 'flowing' } | { kind: 'paused'; maxPauseMs: number } | { kind: 'stopped' };

export type GateEvent =
  | { kind: 'pause'; maxPauseMs: number }
  | { kind: 'resume' }
  | { kind: 'stop' }
  /** A backend was put in place: it ends a stop, never a pause. */
  | { kind: 'deployed' };

/** How waiting ended. */
export type Release = 'go' | 'timed-out' | 'stopped';

export interface Wait {
  readonly until: Promise<Release>;
  /** Gives the place in the queue back; for a visitor who went away. */
  leave(): void;
}

export const flowing: GateState = { kind: 'flowing' };

/** A stop outlasts pause and resume: only a new backend ends it, as nothing runs that could answer. */
export function nextGateState(state: GateState, event: GateEvent): GateState {
  switch (event.kind) {
    case 'pause':
      return state.kind === 'stopped' ? state : { kind: 'paused', maxPauseMs: event.maxPauseMs };
    case 'resume':
      return state.kind === 'stopped' ? state : flowing;
    case 'stop':
      return { kind: 'stopped' };
    case 'deployed':
      return state.kind === 'stopped' ? flowing : state;
  }
}

interface Waiter {
  readonly since: number;
  readonly release: (how: Release) => void;
}

export class Gate {
  readonly #clock: Clock;
  readonly #maxWaiters: number;
  // In order of arrival, and so, as all are held equally long, of deadline.
  readonly #waiters = new Set<Waiter>();
  #state: GateState;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(clock: Clock, state: GateState = flowing, maxWaiters = 10_000) {
    this.#clock = clock;
    this.#state = state;
    this.#maxWaiters = maxWaiters;
  }

  get state(): GateState {
    return this.#state;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** Enters the state; those who wait are released at once unless it is a pause, whose length then holds for them too. */
  set(state: GateState): void {
    this.#state = state;
    switch (state.kind) {
      case 'flowing':
        this.#releaseAll('go');
        return;
      case 'stopped':
        this.#releaseAll('stopped');
        return;
      case 'paused':
        this.#expire();
    }
  }

  /** Waits for the end of a pause. Beyond the bound on those who wait it ends at once with `stopped` (503). */
  wait(): Wait {
    if (this.#state.kind === 'flowing') return { until: Promise.resolve('go'), leave: () => {} };
    if (this.#state.kind === 'stopped' || this.#waiters.size >= this.#maxWaiters) {
      return { until: Promise.resolve('stopped'), leave: () => {} };
    }
    const { promise, resolve } = Promise.withResolvers<Release>();
    const waiter = { since: this.#clock.monotonic(), release: resolve };
    this.#waiters.add(waiter);
    if (this.#timer === null) this.#arm(this.#state.maxPauseMs);
    return { until: promise, leave: () => this.#waiters.delete(waiter) };
  }

  #releaseAll(how: Release): void {
    this.#disarm();
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) waiter.release(how);
  }

  #expire(): void {
    this.#disarm();
    if (this.#state.kind !== 'paused') return;
    const now = this.#clock.monotonic();
    for (const waiter of this.#waiters) {
      const left = waiter.since + this.#state.maxPauseMs - now;
      if (left > 0) {
        this.#arm(left);
        return;
      }
      this.#waiters.delete(waiter);
      waiter.release('timed-out');
    }
  }

  #arm(ms: number): void {
    this.#timer = setTimeout(() => this.#expire(), Math.ceil(ms));
  }

  #disarm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
