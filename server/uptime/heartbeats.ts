/** Calls that others make at least once in every interval: when each check had its last. */

import type { Clock } from '../kernel/clock.ts';
import type { Outcome } from './outcome.ts';

export interface Heartbeats {
  /** Somebody called. */
  beat(check: number, outcome: Outcome): void;
  /** What silence means now: `late` once it lasted for longer than the interval and its margin. */
  silence(check: number, everySeconds: number): Outcome | null;
  /** Nobody could have been heard, so every interval begins anew. */
  restart(): void;
  forget(check: number): void;
}

/** What a call may come late by: a tenth of its interval, ten seconds at least. */
const marginOf = (everyMs: number) => Math.max(10_000, everyMs / 10);

export function createHeartbeats(clock: Clock): Heartbeats {
  const last = new Map<number, { at: number; outcome: Outcome }>();
  let heardFrom = clock.monotonic();
  return {
    beat: (check, outcome) => void last.set(check, { at: clock.monotonic(), outcome }),
    silence(check, everySeconds) {
      const everyMs = everySeconds * 1000;
      const since = Math.max(last.get(check)?.at ?? heardFrom, heardFrom);
      const late = clock.monotonic() - since;
      if (late <= everyMs + marginOf(everyMs)) return null;
      return { kind: 'down', ms: null, why: `nothing was heard for ${Math.round(late / 1000)} s` };
    },
    restart() {
      heardFrom = clock.monotonic();
    },
    forget: (check) => void last.delete(check),
  };
}
