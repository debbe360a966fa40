/** The main side of collecting: gathers what arrives within one turn, asks the Worker, starts it when it is needed. */

import { join } from 'node:path';
import { unreachable } from '../../shared/errors.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Outcome } from './collect.ts';
import type { ArrivedText, CollectReply, CollectRequest } from './collect-protocol.ts';
import { type Salt, saltsFor } from './salts.ts';
import { dayStart } from './site-folder.ts';
import type { Arrived } from './understand.ts';
import { workerUrl } from './worker-url.ts';

export interface IntakeOptions {
  readonly root: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the database of places is; null where there is none. */
  places(): string | null;
  /** Where the list of datacentres is; null where there is none. */
  datacentres(): string | null;
  /** The Worker ends after this long without anything, ms. Default one minute. */
  readonly idleMs?: number;
}

/** Taken and not answered yet; beyond it one is told to come back. */
const mostWaiting = 20_000;
const mostInBatch = 512;
const closeMs = 5000;

type Settle = (outcome: Outcome) => void;

export class Intake {
  readonly #options: IntakeOptions;
  readonly #salts: string;
  #worker: Worker | null = null;
  #saltsOf = 0;
  #gathered: { arrived: Arrived; settle: Settle }[] = [];
  readonly #asked: (readonly Settle[])[] = [];
  #waiting = 0;
  #sending: Timer | null = null;
  #idle: Timer | undefined;
  #closed: (() => void) | null = null;
  #over = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#salts = join(options.root, 'salts.json');
  }

  /** Whether the Worker runs. */
  get awake(): boolean {
    return this.#worker !== null;
  }

  /** Resolves once it is written, or known not to be. */
  take(arrived: Arrived): Promise<Outcome> {
    if (this.#waiting >= mostWaiting || this.#over) return Promise.resolve('failed');
    this.#waiting += 1;
    return new Promise((settle) => {
      this.#gathered.push({ arrived, settle });
      // After the requests that are already here, so that they share a message and a write.
      this.#sending ??= setTimeout(() => this.#send(), 0);
    });
  }

  /** The database of places is another one. */
  placesChanged(): void {
    if (this.#worker !== null) this.#tell({ kind: 'places', path: this.#options.places() });
  }

  /** The list of datacentres is another one. */
  datacentresChanged(): void {
    if (this.#worker !== null) this.#tell({ kind: 'datacentres', path: this.#options.datacentres() });
  }

  async close(): Promise<void> {
    this.#over = true;
    if (this.#sending !== null) this.#send();
    await this.#end();
  }

  #send(): void {
    this.#sending = null;
    // A Worker that is going takes no more; the next one is started once it is gone.
    if (this.#closed !== null) return;
    const gathered = this.#gathered;
    this.#gathered = [];
    this.#wake();
    for (let from = 0; from < gathered.length; from += mostInBatch) {
      const part = gathered.slice(from, from + mostInBatch);
      this.#asked.push(part.map(({ settle }) => settle));
      this.#tell(JSON.stringify(part.map(({ arrived }) => arrived)));
    }
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.#end(), this.#options.idleMs ?? 60_000);
  }

  #wake(): void {
    const { root, clock, log, places, datacentres } = this.#options;
    const now = clock.now();
    if (this.#worker === null) {
      const worker = new Worker(workerUrl('collect-worker', import.meta.url), {
        smol: true,
        name: 'analytics',
      });
      worker.onmessage = (message: MessageEvent<CollectReply>) => this.#receive(message.data);
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        log.error('the collecting worker died', { why: event.message });
      });
      worker.addEventListener('close', () => this.#gone(worker));
      this.#worker = worker;
      this.#saltsOf = 0;
      this.#tell({ kind: 'open', root, now, places: places(), datacentres: datacentres() });
    }
    if (this.#saltsOf !== dayStart(now)) {
      const salts: readonly Salt[] = saltsFor(this.#salts, now);
      this.#saltsOf = dayStart(now);
      this.#tell({ kind: 'salts', salts });
    }
  }

  #tell(request: CollectRequest | ArrivedText): void {
    this.#worker?.postMessage(request);
  }

  #receive(reply: CollectReply): void {
    switch (reply.kind) {
      case 'outcomes': {
        const settles = this.#asked.shift() ?? [];
        this.#waiting -= settles.length;
        for (const [index, settle] of settles.entries()) settle(reply.outcomes[index] ?? 'failed');
        return;
      }
      case 'note':
        this.#options.log[reply.level](reply.message, { error: reply.error });
        return;
      case 'closed':
        this.#worker?.terminate();
        return;
      default:
        unreachable(reply);
    }
  }

  /** What it had and did not answer is not counted, and said so. */
  #gone(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const settles of this.#asked.splice(0)) {
      this.#waiting -= settles.length;
      for (const settle of settles) settle('failed');
    }
    this.#closed?.();
    this.#closed = null;
    // What came while it went away wakes the next one.
    if (this.#gathered.length > 0) this.#sending ??= setTimeout(() => this.#send(), 0);
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    if (worker === null || this.#closed !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closed = resolve;
    this.#tell({ kind: 'close' });
    const timer = setTimeout(() => worker.terminate(), closeMs);
    await promise;
    clearTimeout(timer);
  }
}
