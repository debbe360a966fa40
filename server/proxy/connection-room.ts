/** How many connections there may be, in all and of one client, and what one client has waiting, so that none takes it all. */

import { type ClientTurns, newTurns } from './fair-turns.ts';
import { clientKey } from './rules/token-buckets.ts';

export type Entry = 'fine' | 'full' | 'full-of-one';

/** What one client takes up. */
export interface ClientShare {
  connections: number;
  /** Bytes of answers that it has not taken yet. */
  waiting: number;
  /** When an answer was last cut as too many waited, monotonic ms. */
  cutAt: number;
  /** Of its requests. */
  readonly turns: ClientTurns;
  /** Of what its HTTP/2 connections send. */
  readonly frames: ClientTurns;
}

const newShare = (): ClientShare => ({
  connections: 0,
  waiting: 0,
  cutAt: Number.NEGATIVE_INFINITY,
  turns: newTurns(),
  // One connection is all that a client of HTTP/2 needs.
  frames: newTurns(1),
});

export class ConnectionRoom {
  /** Of the whole server. */
  readonly #places: { readonly most: number; readonly mostOfOne: number };
  #most: number;
  #mostOfOne: number;
  readonly #ofOne = new Map<string, ClientShare>();
  #all = 0;

  constructor(most: number, mostOfOne: number) {
    this.#places = { most, mostOfOne };
    this.#most = most;
    this.#mostOfOne = mostOfOne;
  }

  /** Leaves the other parts of all places to other processes. Who has a place keeps it. */
  divide(parts: number): void {
    this.#most = Math.ceil(this.#places.most / parts);
    this.#mostOfOne = Math.ceil(this.#places.mostOfOne / parts);
  }

  get all(): number {
    return this.#all;
  }

  get clients(): number {
    return this.#ofOne.size;
  }

  /**
   * `bounded` is false for proxies that speak for many clients. `in-place-of-another`: one that has a place was cut and
   * will leave. What is `fine` is to be left again.
   */
  enter(address: string, bounded: boolean, how: 'freely' | 'in-place-of-another' = 'freely'): Entry {
    if (this.#all >= this.#most && how === 'freely') return 'full';
    const key = clientKey(address);
    const share = this.#ofOne.get(key) ?? newShare();
    if (bounded && share.connections >= this.#mostOfOne) return 'full-of-one';
    share.connections++;
    this.#ofOne.set(key, share);
    this.#all++;
    return 'fine';
  }

  leave(address: string): void {
    const key = clientKey(address);
    const share = this.#ofOne.get(key);
    if (share !== undefined && --share.connections <= 0) this.#ofOne.delete(key);
    this.#all--;
  }

  /** Of a client that has entered. */
  share(address: string): ClientShare {
    return this.#ofOne.get(clientKey(address)) ?? newShare();
  }
}
