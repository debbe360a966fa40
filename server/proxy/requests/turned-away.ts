/** Whom the proxy did not let pass, and why, counted since the start. */

import type { OwnAnswer } from '../pages.ts';

export type AwayReason =
  | 'malformed'
  | 'head-too-large'
  | 'slow-head'
  | 'slow-body'
  | 'slow-reader'
  | 'connections'
  | 'connections-of-one'
  | 'frames'
  | 'forbidden'
  | 'maintenance'
  | 'too-many'
  | 'busy'
  | 'password'
  | 'challenge';

/** What a head that was refused is counted as. */
export function reasonOf(refusal: OwnAnswer): AwayReason {
  switch (refusal) {
    case 'request-timeout':
      return 'slow-head';
    case 'head-too-large':
    case 'target-too-long':
      return 'head-too-large';
    default:
      return 'malformed';
  }
}

export class TurnedAway {
  readonly #counts = new Map<AwayReason, number>();

  note(reason: AwayReason, count = 1): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  of(reason: AwayReason): number {
    return this.#counts.get(reason) ?? 0;
  }

  /** The most frequent first. */
  all(): { reason: AwayReason; count: number }[] {
    return [...this.#counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
  }
}
