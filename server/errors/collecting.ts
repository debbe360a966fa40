/** Collects what taking in envelopes leaves behind on the main side: often enough for memory, seldom enough for visitors. */

import { fullGC } from 'bun:jsc';

/** Left alone, each leaves some 4 kB until the heap has grown by 30 MB. */
const envelopes = 2500;
/** A full collection stops everything for 8 ms: of a hundred visitors fewer than one is to meet it. */
const leastMs = 2000;

/** To be called for each envelope that is done. */
export function createCollecting(now: () => number = () => performance.now()): () => void {
  let left = envelopes;
  let last = now();
  return () => {
    left--;
    if (left > 0 || now() - last < leastMs) return;
    fullGC();
    left = envelopes;
    last = now();
  };
}
