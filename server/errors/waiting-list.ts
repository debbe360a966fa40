/** What waits for an answer, each under a number. */

export interface WaitingList<T> {
  readonly size: number;
  /** Answers its number, which no other has until it is taken. */
  add(value: T): number;
  /** Takes it off the list; undefined where it is not on it. */
  take(id: number): T | undefined;
  takeAll(): T[];
}

/**
 * Places that are used again, and not a Map: each time a Map of the runtime makes room, its old table goes on pointing to the
 * new one. An old table that has survived one collection then keeps all that ever waited, until a full collection: 5 kB an
 * envelope, 50 MB in ten seconds.
 */
export function createWaitingList<T>(): WaitingList<T> {
  const places: (T | undefined)[] = [];
  const free: number[] = [];
  const take = (id: number): T | undefined => {
    const value = places[id];
    if (value === undefined) return undefined;
    places[id] = undefined;
    free.push(id);
    return value;
  };
  return {
    get size() {
      return places.length - free.length;
    },
    add(value) {
      const id = free.pop() ?? places.length;
      places[id] = value;
      return id;
    },
    take,
    takeAll: () => places.flatMap((_, id) => take(id) ?? []),
  };
}
