/** How an API key of a provider fares: a circuit breaker for each. Pure transitions, with the time passed in. */

export type Health =
  | { readonly kind: 'fine'; readonly failures: number }
  /** Not used before `until`: the provider asked for quiet. */
  | { readonly kind: 'cooling'; readonly until: number }
  /** Too many failures on end: until `until` none, then one call tries. */
  | { readonly kind: 'broken'; readonly until: number; readonly trips: number }
  /** One call is out to see whether it works again. */
  | { readonly kind: 'trying'; readonly since: number; readonly trips: number }
  /** The provider does not take it; looked at again after a while, for a bill may have been paid. */
  | { readonly kind: 'refused'; readonly until: number };

export const fine: Health = { kind: 'fine', failures: 0 };

const failuresToBreak = 5;
const breakMs = 15_000;
const mostBreakMs = 5 * 60_000;
const refusedMs = 10 * 60_000;
/** A try that was never heard of again counts as none. */
const tryMs = 120_000;

export function usable(health: Health, now: number): boolean {
  switch (health.kind) {
    case 'fine':
      return true;
    case 'cooling':
    case 'broken':
    case 'refused':
      return now >= health.until;
    case 'trying':
      return now >= health.since + tryMs;
  }
}

/** It is about to be used. */
export function taken(health: Health, now: number): Health {
  if (health.kind === 'broken') return { kind: 'trying', since: now, trips: health.trips };
  return health.kind === 'cooling' || health.kind === 'refused' ? fine : health;
}

export function succeeded(): Health {
  return fine;
}

export function failed(health: Health, now: number): Health {
  switch (health.kind) {
    case 'fine':
      return health.failures + 1 < failuresToBreak
        ? { kind: 'fine', failures: health.failures + 1 }
        : { kind: 'broken', until: now + breakMs, trips: 1 };
    case 'trying':
      return {
        kind: 'broken',
        until: now + Math.min(mostBreakMs, breakMs * 2 ** health.trips),
        trips: health.trips + 1,
      };
    default:
      return health;
  }
}

export function cooled(now: number, ms: number): Health {
  return { kind: 'cooling', until: now + ms };
}

export function refused(now: number): Health {
  return { kind: 'refused', until: now + refusedMs };
}
