/** Periods of budgets: of the calendar, in UTC, and whole hours long, as the sums they are taken from. */

import type { BudgetPeriod } from '../../../shared/gateway/contract.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export interface Period {
  /** ms since the epoch, included. */
  readonly from: number;
  /** ms since the epoch, excluded. */
  readonly to: number;
}

export function periodAt(kind: BudgetPeriod, at: number): Period {
  switch (kind) {
    case 'hour': {
      const from = Math.floor(at / hourMs) * hourMs;
      return { from, to: from + hourMs };
    }
    case 'day': {
      const from = Math.floor(at / dayMs) * dayMs;
      return { from, to: from + dayMs };
    }
    case 'week': {
      // The epoch was a Thursday; weeks begin on Mondays (ISO 8601).
      const from = Math.floor((at - 4 * dayMs) / (7 * dayMs)) * 7 * dayMs + 4 * dayMs;
      return { from, to: from + 7 * dayMs };
    }
    case 'month': {
      const date = new Date(at);
      const from = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
      return { from, to: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) };
    }
    case 'total':
      return { from: 0, to: Number.MAX_SAFE_INTEGER };
  }
}
