/** Gathers what comes within a moment, so that it is one message, one commit and one wake-up of who waits for it. */

export interface Gathering<T> {
  add(one: T): void;
  /** Passes on what was gathered, now. */
  flush(): void;
  /** Forgets what was gathered. */
  drop(): void;
}

export interface GatheringOptions<T> {
  /** So many are passed on at once. */
  most: number;
  /** ms after the first. */
  withinMs: number;
  pass(gathered: T[]): void;
}

export function createGathering<T>({ most, withinMs, pass }: GatheringOptions<T>): Gathering<T> {
  let gathered: T[] = [];
  let timer: Timer | undefined;
  const taken = () => {
    clearTimeout(timer);
    timer = undefined;
    const all = gathered;
    gathered = [];
    return all;
  };
  const flush = () => {
    const all = taken();
    if (all.length > 0) pass(all);
  };
  return {
    add(one) {
      gathered.push(one);
      if (gathered.length >= most) flush();
      else timer ??= setTimeout(flush, withinMs);
    },
    flush,
    drop: () => void taken(),
  };
}
