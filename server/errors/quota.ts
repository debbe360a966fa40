/** How much a key may send. Pure but for its memory. */

export interface Quota {
  /** Seconds until it may again, or null where it may now. */
  wait(project: number, perMinute: number): number | null;
}

const mostWindows = 10_000;

/** A window of a minute for each project. `now` in ms. */
export function createQuota(now: () => number): Quota {
  const windows = new Map<number, { minute: number; count: number }>();
  return {
    wait(project, perMinute) {
      const at = now();
      const minute = Math.floor(at / 60_000);
      const found = windows.get(project);
      const window = found?.minute === minute ? found : { minute, count: 0 };
      if (found !== window) {
        if (windows.size >= mostWindows) windows.clear();
        windows.set(project, window);
      }
      window.count += 1;
      return window.count <= perMinute ? null : Math.max(1, Math.ceil(((minute + 1) * 60_000 - at) / 1000));
    },
  };
}
