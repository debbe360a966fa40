/** How long to wait before connecting again. */

/** 1 s after the first failure, doubled each time, at most a minute. `failures` counts from 1. */
export function retryDelay(failures: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.min(10, Math.max(0, failures - 1)));
}
