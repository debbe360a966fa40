/** A call in the ledger: what is known when it begins, and when it is over. */

import type { Nanodollars } from '../../../shared/gateway/money.ts';
import type { Usage } from '../conversation/answer.ts';
import type { Scope } from './budget-book.ts';
import type { CallState } from './schema.ts';

export interface CallStart extends Scope {
  /** 0 where it is not known. */
  readonly release: number;
  /** The first that is asked, and what it calls the model: what a call is booked under whose end nobody saw. */
  readonly provider: string;
  readonly served: string;
  readonly trace: string | null;
}

export interface CallEnd {
  readonly state: Exclude<CallState, 'open' | 'lost'>;
  readonly cost: Nanodollars;
  readonly provider: string;
  readonly served: string;
  /** Version of the price; null where there was none, and the cost is 0. */
  readonly price: string | null;
  /** What we answered. */
  readonly status: number;
  readonly estimated: boolean;
  readonly usage: Usage;
  /** ms to the first byte of the answer; null where none came. */
  readonly firstMs: number | null;
  readonly totalMs: number;
  readonly attempts: number;
  readonly cached: boolean;
}

/** Ids are times: ms since the epoch in the upper bits, so that a range of time is a range of ids. */
const perMs = 4096;

export const idAt = (at: number): number => at * perMs;
export const timeOf = (id: number): number => Math.floor(id / perMs);

/** Rising, also where the clock goes back. */
export function createIds(after: number): (now: number) => number {
  let last = after;
  return (now) => {
    last = Math.max(last + 1, idAt(now));
    return last;
  };
}
