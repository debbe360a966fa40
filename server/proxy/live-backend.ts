/** A backend while it serves and while it is drained: the requests it has, and how they ended. */

import type { Backend, ServiceKey, Target } from '../../shared/proxy/backend.ts';
import type { ErrorShare } from '../../shared/proxy/evidence.ts';
import { BackendLease, type LeaseHome } from './lease.ts';
import { Rotation, type RotationOptions } from './rotation.ts';
import type { Lease, Outcome } from './service.ts';

export interface LiveBackendOptions extends RotationOptions {
  readonly service: ServiceKey;
  readonly backend: Backend;
  /** Counted into; shared by the backends of one release. */
  readonly share: ErrorShare;
}

/** Requests that ended by themselves, and those ended by the deadline. */
export interface Drained {
  finished: number;
  cut: number;
}

/** How long requests that were told to end get to do so, ms. */
const cutGraceMs = 1000;

export class LiveBackend implements LeaseHome {
  readonly service: ServiceKey;
  readonly backend: Backend;
  readonly rotation: Rotation;
  readonly #share: ErrorShare;
  readonly #watching = new Set<BackendLease>();
  readonly #whenEmpty: (() => void)[] = [];
  #inFlight = 0;
  #draining = false;
  #cutting = false;

  constructor(options: LiveBackendOptions) {
    this.service = options.service;
    this.backend = options.backend;
    this.#share = options.share;
    this.rotation = new Rotation(targetsOf(options.backend), options);
  }

  get draining(): boolean {
    return this.#draining;
  }

  get cutting(): boolean {
    return this.#cutting;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  lease(): Lease {
    this.#inFlight++;
    return new BackendLease(this);
  }

  watch(lease: BackendLease): void {
    this.#watching.add(lease);
  }

  ended(lease: BackendLease, outcome: Outcome): void {
    this.#watching.delete(lease);
    this.#share.requests++;
    // A request cut by a drain ended for the proxy's reasons, and says nothing about the release.
    if (outcome.status >= 500 && !this.#cutting) this.#share.errors++;
    this.#inFlight--;
    if (this.#inFlight === 0) for (const tell of this.#whenEmpty.splice(0)) tell();
  }

  /** Resolves once no request is left; at once where none is. */
  empty(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }

  /**
   * Tells every request that the backend goes (WebSockets close), waits `timeoutMs` for them to end, then ends those
   * that are left. Resolves at once where there are none. For a backend that gets no new ones any more.
   */
  async drain(timeoutMs: number): Promise<Drained> {
    const before = this.#inFlight;
    if (!this.#draining) {
      this.#draining = true;
      for (const lease of [...this.#watching]) lease.drainNow();
    }
    if (await within(this.empty(), timeoutMs)) return { finished: before, cut: 0 };
    const cut = this.#inFlight;
    this.#cutting = true;
    for (const lease of [...this.#watching]) lease.cutNow();
    await within(this.empty(), cutGraceMs);
    return { finished: Math.max(0, before - cut), cut };
  }

  /** Ends all probing of its targets. */
  close(): void {
    this.rotation.close();
  }
}

export function targetsOf(backend: Backend): readonly Target[] {
  return backend.kind === 'instances' ? backend.targets : [];
}

/** Whether `work` ended within the time. */
async function within(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const ended = await Promise.race([work.then(() => true), deadline]);
  clearTimeout(timer);
  return ended;
}
