/** How a call ended, as the ledger wants it. */

import { noUsage, type Usage } from '../conversation/answer.ts';
import type { CallEnd } from '../ledger/call-row.ts';
import { costOf, type Price } from '../ledger/price.ts';
import type { PriceTable } from '../ledger/price-table.ts';
import type { Target } from '../routing/targets.ts';

/** Bytes of a token, in requests that nobody counted. */
const bytesPerToken = 4;

export interface Ending {
  readonly state: CallEnd['state'];
  readonly status: number;
  readonly target: Target | null;
  /** What the provider said; null where it said nothing. */
  readonly usage: Usage | null;
  /** Whether the provider worked: then what it did not say is estimated. */
  readonly worked: boolean;
  /** Tokens of the answer that were seen to come. */
  readonly seen: number;
  readonly firstMs: number | null;
  readonly totalMs: number;
  readonly attempts: number;
  readonly cached?: boolean;
}

/** `length`: of the request's body, in bytes. */
export function callEnd(ending: Ending, length: number, prices: PriceTable, now: number): CallEnd {
  const { target, usage } = ending;
  const estimated = usage === null && ending.worked;
  const used: Usage =
    usage ??
    (estimated ? { ...noUsage, input: Math.ceil(length / bytesPerToken), output: ending.seen } : noUsage);
  const price: Price | null = target === null ? null : prices.find(target.provider.kind, target.model, now);
  return {
    state: ending.state,
    cost: price === null || ending.cached === true ? 0 : costOf(used, price),
    provider: target?.provider.name ?? '',
    served: target?.model ?? '',
    price: price?.version ?? null,
    status: ending.status,
    estimated,
    usage: used,
    firstMs: ending.firstMs === null ? null : Math.round(ending.firstMs),
    totalMs: Math.round(ending.totalMs),
    attempts: ending.attempts,
    cached: ending.cached ?? false,
  };
}
