/** Builds one at a time, in the order asked: a second one beside would only slow both and double the memory. */

export interface BuildQueue {
  /** Runs `work` when its turn comes. Rejects at once with the signal's reason where that aborts before it. */
  take<T>(id: string, work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** How many are before it; 0 for one that is under way or not here. */
  ahead(id: string): number;
}

export function createBuildQueue(): BuildQueue {
  /** The first one is under way. */
  const queue: { id: string; begin(): void }[] = [];
  return {
    async take(id, work, signal) {
      signal.throwIfAborted();
      const turn = Promise.withResolvers<void>();
      const entry = { id, begin: turn.resolve };
      const onAbort = () => turn.reject(signal.reason);
      queue.push(entry);
      if (queue[0] === entry) turn.resolve();
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        await turn.promise;
        return await work();
      } finally {
        signal.removeEventListener('abort', onAbort);
        queue.splice(queue.indexOf(entry), 1);
        // Called again where it is under way already: resolving twice does nothing.
        queue[0]?.begin();
      }
    },
    ahead: (id) =>
      Math.max(
        0,
        queue.findIndex((entry) => entry.id === id),
      ),
  };
}
