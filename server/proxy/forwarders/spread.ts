/** Whether one core is enough: looks how busy this process is, and has forwarders while it is not. */

import type { Log } from '../../kernel/log.ts';
import type { Drained } from '../live-backend.ts';
import type { RouteTable } from '../service.ts';
import type { Forwarders } from './forwarders.ts';
import { Pressure } from './pressure.ts';
import { mainThreadMs } from './thread-time.ts';

/** `auto`: as many as are needed and there are cores for. A number: these many, always. */
export type ForwarderWish = 'auto' | number;

export interface SpreadOptions {
  readonly wish: ForwarderWish;
  readonly cores: number;
  readonly log: Log;
  /** Whether a connection that waits for a listener that closes is moved to another one. */
  movesWaiting(): boolean;
  /** How long requests of a forwarder get to finish when it is not needed any more, ms. */
  readonly graceMs: number;
  /** Default: `mainThreadMs`. */
  busyMs?(): number;
  monotonic(): number;
}

/** How often it is looked while nothing goes on, and while something does. */
const calmLookMs = 10_000;
const lookMs = 1_000;
/** Share of a core from which on it is looked often. */
const stirring = 0.5;
/** After one could not be started, or ended by itself. */
const waitMs = 30_000;

type SomeForwarders = Pick<Forwarders, keyof Forwarders>;

export class Spread {
  readonly #options: SpreadOptions;
  readonly #most: number;
  readonly #pressure: Pressure;
  #forwarders: SomeForwarders | null = null;
  #make: (() => Promise<SomeForwarders>) | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #before = { at: 0, busyMs: 0, forwarders: new Map<number, number>() as ReadonlyMap<number, number> };
  #notBefore = 0;
  #working: Promise<unknown> = Promise.resolve();

  constructor(options: SpreadOptions) {
    this.#options = options;
    this.#most = options.wish === 'auto' ? options.cores - 1 : options.wish;
    this.#pressure = new Pressure(this.#most);
  }

  /** The table to go by in place of the newest one; null nearly always. */
  get held(): RouteTable | null {
    return this.#forwarders?.held ?? null;
  }

  /** Processes that take requests beside this one. */
  get forwarding(): number {
    return this.#forwarders?.forwarding ?? 0;
  }

  /** How many there may be; 0 where one process does it all. */
  get most(): number {
    const { wish } = this.#options;
    return wish === 'auto' && this.#most > 0 && !this.#options.movesWaiting() ? 0 : this.#most;
  }

  get connections(): number {
    return this.#forwarders?.connections ?? 0;
  }

  changed(): void {
    this.#forwarders?.changed();
  }

  certificatesChanged(): void {
    this.#forwarders?.certificatesChanged();
  }

  /** Resolves once every process goes by the newest routes. */
  async settled(): Promise<void> {
    await this.#forwarders?.settled();
  }

  inFlight(service: string): number {
    return this.#forwarders?.inFlight(service) ?? 0;
  }

  async drain(service: string, timeoutMs: number): Promise<Drained> {
    return (await this.#forwarders?.drain(service, timeoutMs)) ?? { finished: 0, cut: 0 };
  }

  /** The ports are open. `make` is called when the first one is needed. */
  begin(make: () => Promise<SomeForwarders>): void {
    if (this.#most <= 0) return;
    this.#make = make;
    this.#before = { at: this.#options.monotonic(), busyMs: this.#busyMs(), forwarders: new Map() };
    this.#again(this.#options.wish === 'auto' ? calmLookMs : 0);
  }

  async stop(graceMs: number): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#make = null;
    await this.#working;
    await this.#forwarders?.stop(graceMs);
    this.#forwarders = null;
  }

  #again(ms: number): void {
    if (this.#make === null) return;
    this.#timer = setTimeout(() => {
      try {
        this.#again(this.look());
      } catch (error) {
        this.#options.log.error('it could not be seen whether one core is enough', { error });
        this.#again(calmLookMs);
      }
    }, ms);
  }

  /** Starts and ends what is to be; returns when to look again, ms. */
  look(): number {
    const { wish, monotonic } = this.#options;
    this.#forwarders?.watch();
    const now = monotonic();
    if (wish !== 'auto') {
      if (this.#count < this.#most) this.#start(now);
      return lookMs;
    }
    const load = this.#load(now);
    switch (this.#pressure.look(load)) {
      case 'start':
        if (this.#options.movesWaiting()) this.#start(now);
        break;
      case 'end':
        void this.#forwarders?.endOne(this.#options.graceMs);
        break;
      case 'nothing':
    }
    return load.main >= stirring || this.#pressure.rising || this.#count > 0 ? lookMs : calmLookMs;
  }

  #load(now: number): { main: number; forwarders: number[]; passedMs: number } {
    const before = this.#before;
    const after = { at: now, busyMs: this.#busyMs(), forwarders: this.#forwarders?.busy() ?? new Map() };
    this.#before = after;
    const passedMs = Math.max(1, now - before.at);
    const share = (busyMs: number, since: number) => Math.max(0, busyMs - since) / passedMs;
    return {
      main: share(after.busyMs, before.busyMs),
      forwarders: [...after.forwarders].map(([pid, busyMs]) =>
        share(busyMs, before.forwarders.get(pid) ?? busyMs),
      ),
      passedMs,
    };
  }

  #start(now: number): void {
    const make = this.#make;
    if (make === null || now < this.#notBefore) return;
    this.#notBefore = now + (this.#options.wish === 'auto' ? waitMs / 10 : lookMs);
    const start = async () => {
      try {
        this.#forwarders ??= await make();
        this.#forwarders.start();
        this.#options.log.info('a forwarder starts', { cores: this.#count + 1 });
      } catch (error) {
        this.#notBefore = now + waitMs;
        this.#options.log.error('a forwarder cannot be started', { error });
      }
    };
    this.#working = this.#working.then(start);
  }

  get #count(): number {
    return this.#forwarders?.count ?? 0;
  }

  #busyMs(): number {
    return (this.#options.busyMs ?? mainThreadMs)();
  }
}
