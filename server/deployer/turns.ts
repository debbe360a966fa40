/** One at a time per key, in the order asked. */

export interface Turns<K> {
  /** Runs `work` when everything asked before with the same key is done. Rejects as `work` does. */
  take<T>(key: K, work: () => Promise<T>): Promise<T>;
}

export function createTurns<K>(): Turns<K> {
  const last = new Map<K, Promise<unknown>>();
  return {
    take(key, work) {
      const before = last.get(key) ?? Promise.resolve();
      const mine = before.then(work, work);
      const settled = mine.then(
        () => undefined,
        () => undefined,
      );
      last.set(key, settled);
      void settled.then(() => {
        if (last.get(key) === settled) last.delete(key);
      });
      return mine;
    },
  };
}
