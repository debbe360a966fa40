/** When an instance that died is started again, and from when on it counts as crash-looping. Pure. */

/** An instance that ran this long is forgiven its earlier deaths. */
export const stableAfterMs = 5 * 60_000;
/** The same instance dying this often within `stableAfterMs` is a crash loop. */
export const loopAfter = 5;
const longestDelayMs = 60_000;

export interface RestartDecision {
  state: 'restarting' | 'crash-looping';
  delayMs: number;
  /** Deaths to remember, this one included; ms since the epoch. */
  deaths: number[];
}

/** The first restart is at once, then 1 s, 2 s, 4 s ... 60 s; a crash loop goes on being tried at the longest delay. */
export function decideRestart(
  earlierDeaths: readonly number[],
  startedAt: number,
  now: number,
): RestartDecision {
  const forgiven = now - startedAt >= stableAfterMs;
  const deaths = [...(forgiven ? [] : earlierDeaths.filter((at) => now - at < stableAfterMs)), now];
  const delayMs = deaths.length === 1 ? 0 : Math.min(1000 * 2 ** (deaths.length - 2), longestDelayMs);
  return { state: deaths.length >= loopAfter ? 'crash-looping' : 'restarting', delayMs, deaths };
}
