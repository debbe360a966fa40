/** How many rows came in a second, of the last two. */

export interface RowRate {
  add(rows: number): void;
  /** The most of this second and the last. */
  readonly perSecond: number;
}

/** `monotonic`: ms. */
export function createRowRate(monotonic: () => number): RowRate {
  let second = -1;
  let now = 0;
  let before = 0;
  const turn = () => {
    const current = Math.floor(monotonic() / 1000);
    if (current !== second) {
      before = current === second + 1 ? now : 0;
      now = 0;
      second = current;
    }
  };
  return {
    add(rows) {
      turn();
      now += rows;
    },
    get perSecond() {
      turn();
      return Math.max(now, before);
    },
  };
}
