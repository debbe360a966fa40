/** Figures of the gateway as people read them. Pure. */

import type { AiBudget, AiKey } from '../../../../shared/gateway/contract.ts';
import { dollarText } from '../../../../shared/gateway/money.ts';

/** `$20.00 a month, shop`. */
export function budgetText(budget: AiBudget, keys: readonly AiKey[]): string {
  const key =
    budget.key === null ? null : `key ${keys.find(({ id }) => id === budget.key)?.name ?? budget.key}`;
  const scope = [budget.app, budget.environment, key, budget.model]
    .filter((word) => word !== null)
    .join(', ');
  const amount = dollarText(budget.limit);
  return `${amount} ${budget.period === 'total' ? 'in all' : `a ${budget.period}`}, ${scope === '' ? 'everything' : scope}`;
}

/** Spent and reserved of the limit, 0 to 1 and beyond. */
export function shareOf({ spent, reserved, limit }: AiBudget): number {
  return limit === 0 ? 1 : (spent + reserved) / limit;
}

/** Microdollars for a million tokens as dollars. */
export function priceText(micro: number): string {
  return `$${micro / 1_000_000}`;
}

/** `1.2 M`, `34 k`. */
export function tokenText(count: number): string {
  if (count < 1000) return String(Math.round(count));
  if (count < 1_000_000) return `${(count / 1000).toFixed(count < 10_000 ? 1 : 0)} k`;
  return `${(count / 1_000_000).toFixed(1)} M`;
}
