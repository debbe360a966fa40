/** How much of the events of all apps is kept, in control.db. */

import type { Keeping } from '../../shared/errors/contract.ts';
import type { Store } from '../kernel/store.ts';

export interface KeepingStore {
  get(): Keeping;
  set(change: { [name in keyof Keeping]?: number | undefined }): void;
}

const usual: Keeping = { keepDays: 30, keepBytes: 2 * 1024 ** 3 };

export function createKeepingStore(store: Store): KeepingStore {
  const get = () =>
    store.db
      .query<Keeping, []>('SELECT keep_days AS keepDays, keep_bytes AS keepBytes FROM errors_keeping')
      .get() ?? usual;
  return {
    get,
    set(change) {
      store.transaction(() => {
        const { keepDays, keepBytes } = get();
        store.db
          .query('INSERT OR REPLACE INTO errors_keeping (one, keep_days, keep_bytes) VALUES (1, ?, ?)')
          .run(change.keepDays ?? keepDays, change.keepBytes ?? keepBytes);
      });
    },
  };
}
