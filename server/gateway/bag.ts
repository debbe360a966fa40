/**
 * Things that come and go by the thousand, in places that are used again. A Set or Map makes a new table every so often, and
 * an old one that outlived a collection holds on to the next, and so to all that ever stood in them.
 */

export interface Placed {
  /** Of the bag it is in; -1 while it is in none. */
  place: number;
}

export class Bag<T extends Placed> {
  readonly #all: T[] = [];

  get size(): number {
    return this.#all.length;
  }

  add(item: T): void {
    item.place = this.#all.length;
    this.#all.push(item);
  }

  /** False where it is not in here. */
  remove(item: T): boolean {
    const { place } = item;
    if (place < 0) return false;
    const last = this.#all.pop();
    if (last !== undefined && last !== item) {
      this.#all[place] = last;
      last.place = place;
    }
    item.place = -1;
    return true;
  }

  /** In no order; not to be changed while it is walked. */
  [Symbol.iterator](): Iterator<T> {
    return this.#all[Symbol.iterator]();
  }

  clear(): void {
    for (const item of this.#all) item.place = -1;
    this.#all.length = 0;
  }
}
