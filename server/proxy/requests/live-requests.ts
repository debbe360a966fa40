/** Requests as they end, for whoever watches; nothing happens while nobody does. */

import type { AccessEntry } from '../service.ts';

export class LiveRequests {
  readonly #watchers = new Set<(entry: AccessEntry) => void>();

  tell(entry: AccessEntry): void {
    if (this.#watchers.size === 0) return;
    for (const watcher of this.#watchers) watcher(entry);
  }

  /** Returns the function that ends it. */
  watch(watcher: (entry: AccessEntry) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}
