/** Which things go so that the rest keeps within its bytes and its age. Pure. */

export interface Item {
  /** Unique within its kind. */
  id: string;
  app: string | null;
  bytes: number;
  files: number;
  /** When it was last of use, ms since the epoch. */
  usedAt: number;
  /** In use, or promised: it stays whatever the budget says. */
  held: boolean;
}

export interface Budget {
  /** For the items of each app. */
  bytes: number;
  days: number;
}

const dayMs = 86_400_000;

/** Those past their days, then of each app the ones longest out of use until the others fit. Held ones count, and stay. */
export function surplus(items: readonly Item[], budget: Budget, now: number): Item[] {
  const gone: Item[] = [];
  for (const own of Map.groupBy(items, (item) => item.app).values()) {
    let bytes = own.reduce((sum, item) => sum + item.bytes, 0);
    for (const item of own.toSorted((a, b) => a.usedAt - b.usedAt)) {
      const old = now - item.usedAt > budget.days * dayMs;
      if (item.held || !(old || bytes > budget.bytes)) continue;
      gone.push(item);
      bytes -= item.bytes;
    }
  }
  return gone;
}
