/** One kind of thing on the disk: how to find its items and how to remove one. */

import type { Budget, Item } from './surplus.ts';

export interface DiskKind {
  /** For people: `build cache`. */
  readonly name: string;
  /** Null for what is never removed by itself. */
  readonly budget: Budget | null;
  /** `seen` is shared over all kinds, so that a file with several names counts once. */
  items(seen: Set<string>): Promise<Item[]>;
  /** Removes an item that the budget does not cover. Called while no build runs. */
  remove?(item: Item): Promise<void>;
}
