/** How many connections there may be, in all and of one client, so that no one client takes the places of all. */

import { clientKey } from './rules/token-buckets.ts';

export type Entry = 'fine' | 'full' | 'full-of-one';

export class ConnectionRoom {
  readonly #most: number;
  readonly #mostOfOne: number;
  readonly #ofOne = new Map<string, number>();
  #all = 0;

  constructor(most: number, mostOfOne: number) {
    this.#most = most;
    this.#mostOfOne = mostOfOne;
  }

  get all(): number {
    return this.#all;
  }

  /**
   * `bounded` is false for proxies that speak for many clients. `in-place-of-another`: one that has a place was cut and
   * will leave. What is `fine` is to be left again.
   */
  enter(address: string, bounded: boolean, how: 'freely' | 'in-place-of-another' = 'freely'): Entry {
    if (this.#all >= this.#most && how === 'freely') return 'full';
    const key = clientKey(address);
    const before = this.#ofOne.get(key) ?? 0;
    if (bounded && before >= this.#mostOfOne) return 'full-of-one';
    this.#ofOne.set(key, before + 1);
    this.#all++;
    return 'fine';
  }

  leave(address: string): void {
    const key = clientKey(address);
    const left = (this.#ofOne.get(key) ?? 0) - 1;
    if (left > 0) this.#ofOne.set(key, left);
    else this.#ofOne.delete(key);
    this.#all--;
  }
}
