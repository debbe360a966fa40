/** Whether an environment has been without a request for long enough to sleep. Pure. */

/** What an environment did up to now. */
export interface Seen {
  release: number;
  requests: number;
  /** Since when nothing was asked of it, on a clock that never jumps, ms. */
  quietSince: number;
}

/** `before` is what the last look saw; null for the first. */
export function look(
  before: Seen | null,
  now: { release: number; requests: number; inFlight: number; at: number },
): Seen {
  const { release, requests, at } = now;
  const quiet =
    before !== null && now.inFlight === 0 && before.release === release && before.requests === requests;
  return { release, requests, quietSince: quiet ? before.quietSince : at };
}

/** `afterSeconds` as windlass.json has it. */
export function isIdle(seen: Seen, afterSeconds: number, at: number): boolean {
  return at - seen.quietSince >= afterSeconds * 1000;
}
