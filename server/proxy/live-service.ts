/** A service at run time: its gate, the backend that serves it, and those that still finish requests. */

import type { Backend, ServiceKey, Target } from '../../shared/proxy/backend.ts';
import type { ErrorShare } from '../../shared/proxy/evidence.ts';
import { flowing, type Gate, nextGateState, type Wait } from './gate.ts';
import { type Drained, LiveBackend, targetsOf } from './live-backend.ts';
import type { RotationOptions } from './rotation.ts';
import type { ServiceRules } from './rules/service-rules.ts';
import { type Hold, SecondWind } from './second-wind.ts';
import type { Admission, Lease, Service } from './service.ts';

export interface LiveServiceOptions extends RotationOptions {
  readonly key: ServiceKey;
  readonly gate: Gate;
  /** Holds what arrives while the service is asleep. */
  readonly bed: Gate;
  /** The first request has come to a service that is asleep; called once until `lieDown` or `wakeFailed`. */
  onWake(): void;
  /** No request will be sent there any more, unless a later backend names it again. */
  onTargetGone(target: Target): void;
}

/** Error shares kept for comparing; older releases' are forgotten. */
const maxShares = 16;

export class LiveService implements Service {
  readonly key: ServiceKey;
  readonly gate: Gate;
  healthPath = '';
  rules: ServiceRules | null = null;
  readonly #options: LiveServiceOptions;
  readonly #shares = new Map<number, ErrorShare>();
  readonly #retired = new Set<LiveBackend>();
  readonly #secondWind = new SecondWind();
  #current: LiveBackend | null = null;
  #sleep: 'awake' | 'asleep' | 'waking' = 'awake';

  constructor(options: LiveServiceOptions) {
    this.key = options.key;
    this.gate = options.gate;
    this.#options = {
      ...options,
      onHealth: (target, healthy) => {
        options.onHealth(target, healthy);
        if (healthy) this.#secondWind.back();
      },
    };
  }

  get backend(): Backend | null {
    return this.#current?.backend ?? null;
  }

  get release(): number | null {
    return this.#current?.backend.release ?? null;
  }

  admit(): Admission {
    switch (this.gate.state.kind) {
      case 'flowing':
        if (this.#current !== null) return { kind: 'go', lease: this.#current.lease() };
        return this.#sleep === 'awake' ? { kind: 'empty' } : { kind: 'wait', ...this.#waitForWaking() };
      case 'paused':
        return { kind: 'wait', ...this.gate.wait() };
      case 'stopped':
        return { kind: 'stopped' };
    }
  }

  hold(lease: Lease): Hold | null {
    const changed = this.#current?.backend !== lease.backend;
    return changed ? { until: Promise.resolve(), leave: () => {} } : this.#secondWind.hold();
  }

  /**
   * Puts `backend` in place: every request admitted after this call gets it, those before it finish on the old one.
   * A backend ends a stop by hand; a pause stays.
   */
  swap(backend: Backend | null): void {
    const old = this.#current;
    this.#current =
      backend === null
        ? null
        : new LiveBackend({
            ...this.#options,
            service: this.key,
            backend,
            share: this.#shareOf(backend.release, old?.backend.release === backend.release),
          });
    if (backend !== null) {
      this.gate.set(nextGateState(this.gate.state, { kind: 'deployed' }));
      this.#sleep = 'awake';
      this.#options.bed.set(flowing);
    }
    if (old !== null) this.#retire(old);
    this.#secondWind.back();
  }

  get asleep(): boolean {
    return this.#sleep !== 'awake';
  }

  /** Requests under way, on whichever backend; an open WebSocket is one. */
  get inFlight(): number {
    let count = this.#current?.inFlight ?? 0;
    for (const backend of this.#retired) count += backend.inFlight;
    return count;
  }

  /** From now on nothing serves, and requests are held, each `maxPauseMs` at most, until the next backend. */
  lieDown(maxPauseMs: number): void {
    this.#sleep = 'asleep';
    this.#options.bed.set({ kind: 'paused', maxPauseMs });
    this.swap(null);
  }

  /** Turns away (503) what waits for a waking that failed; the next request tries again. */
  wakeFailed(maxPauseMs: number): void {
    if (this.#sleep === 'awake') return;
    this.#options.bed.set({ kind: 'stopped' });
    this.lieDown(maxPauseMs);
  }

  /** Turns every request away, those held by a pause too; those under way finish. */
  stop(): void {
    this.#sleep = 'awake';
    this.#options.bed.set({ kind: 'stopped' });
    this.gate.set(nextGateState(this.gate.state, { kind: 'stop' }));
    this.swap(null);
  }

  /** Drains every backend but the current one. */
  async drain(timeoutMs: number): Promise<Drained> {
    return sum(await Promise.all([...this.#retired].map((backend) => backend.drain(timeoutMs))));
  }

  /** For a service that is removed: turns every request away, waits `timeoutMs` for those under way, then ends them. */
  async close(timeoutMs: number): Promise<void> {
    this.gate.set({ kind: 'stopped' });
    this.#options.bed.set({ kind: 'stopped' });
    this.swap(null);
    await this.drain(timeoutMs);
  }

  /**
   * For the end of the server: as `close`, but requests that still arrive on open connections are served, and only
   * those a pause would hold are turned away.
   */
  async shutDown(timeoutMs: number): Promise<void> {
    if (this.gate.state.kind === 'paused') this.gate.set({ kind: 'stopped' });
    this.#options.bed.set({ kind: 'stopped' });
    this.#current?.close();
    this.#secondWind.back();
    await Promise.all([this.#current?.drain(timeoutMs), this.drain(timeoutMs)]);
  }

  /** Counts since the release became current; zero for one that never was. */
  errorShare(release: number): ErrorShare {
    return { ...(this.#shares.get(release) ?? { requests: 0, errors: 0 }) };
  }

  /** A request of the release that another process answered. */
  answeredElsewhere(release: number, status: number): void {
    const share = this.#shares.get(release);
    if (share === undefined) return;
    share.requests++;
    if (status >= 500) share.errors++;
  }

  /** The current targets, and which of them are out of the rotation. */
  targets(): { all: readonly Target[]; ejected: readonly Target[] } {
    if (this.#current === null) return { all: [], ejected: [] };
    return { all: targetsOf(this.#current.backend), ejected: this.#current.rotation.ejected() };
  }

  #waitForWaking(): Wait {
    const place = this.#options.bed.wait();
    if (this.#sleep === 'asleep') {
      this.#sleep = 'waking';
      this.#options.onWake();
    }
    return place;
  }

  #shareOf(release: number, keep: boolean): ErrorShare {
    const share = (keep ? this.#shares.get(release) : undefined) ?? { requests: 0, errors: 0 };
    this.#shares.delete(release);
    this.#shares.set(release, share);
    const oldest = this.#shares.keys().next().value;
    if (this.#shares.size > maxShares && oldest !== undefined) this.#shares.delete(oldest);
    return share;
  }

  #retire(old: LiveBackend): void {
    old.close();
    if (old.inFlight === 0) {
      this.#forget(old);
      return;
    }
    this.#retired.add(old);
    void old.empty().then(() => {
      this.#retired.delete(old);
      this.#forget(old);
    });
  }

  #forget(old: LiveBackend): void {
    const current = this.#current === null ? [] : targetsOf(this.#current.backend);
    for (const target of targetsOf(old.backend)) {
      const stays = current.some(
        ({ id, host, port }) => id === target.id && host === target.host && port === target.port,
      );
      if (!stays) this.#options.onTargetGone(target);
    }
  }
}

function sum(parts: readonly Drained[]): Drained {
  return parts.reduce((all, part) => ({ finished: all.finished + part.finished, cut: all.cut + part.cut }), {
    finished: 0,
    cut: 0,
  });
}
