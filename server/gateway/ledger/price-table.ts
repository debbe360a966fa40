/** Which price holds: the owner's own before the bundled table, and of a model's prices the one of the day. */

import bundled from '../../../resources/ai-prices.json' with { type: 'json' };
import type { ProviderKind } from '../../../shared/gateway/contract.ts';
import type { OwnPrice } from '../config/snapshot.ts';
import { matchesAny, matchesGlob } from '../glob.ts';
import type { Price, Rates } from './price.ts';

interface Row {
  names: string[];
  prices: { rates: number[]; tiers?: number[][]; from?: string }[];
}

const table: Readonly<Record<string, readonly Row[]>> = bundled.providers;
/** An hour in a cache costs twice the input wherever it can be asked for; five minutes are in the table. */
const longCacheFactor = 2;
const mostKnown = 2000;

export interface PriceTable {
  /** Null where nobody knows it. */
  find(kind: ProviderKind, model: string, at: number): Price | null;
}

export function createPriceTable(own: readonly OwnPrice[]): PriceTable {
  const known = new Map<string, { price: Price | null; day: number }>();
  return {
    find(kind, model, at) {
      const key = `${kind}/${model}`;
      const day = Math.floor(at / 86_400_000);
      const before = known.get(key);
      if (before?.day === day) return before.price;
      if (known.size >= mostKnown) known.clear();
      const price = lookUp(own, kind, model, at);
      known.set(key, { price, day });
      return price;
    },
  };
}

function lookUp(own: readonly OwnPrice[], kind: ProviderKind, model: string, at: number): Price | null {
  const mine = own.find((each) => matchesGlob(each.model, model));
  if (mine !== undefined) {
    const { input, output, cacheRead, cacheWrite } = mine;
    const rates = { input, cacheRead, cacheWrite, cacheWriteLong: Math.max(cacheWrite, input), output };
    return { rates, tiers: [], version: 'own' };
  }
  const row = table[kind]?.find(({ names }) => matchesAny(names, model));
  const dated = row?.prices.filter(({ from }) => from === undefined || Date.parse(from) <= at);
  const price = dated?.at(-1);
  if (price === undefined) return null;
  return {
    rates: ratesOf(price.rates),
    tiers: (price.tiers ?? []).map(([above = 0, ...rates]) => ({ above, rates: ratesOf(rates) })),
    version: bundled.version,
  };
}

function ratesOf([input = 0, cacheRead = input, cacheWrite = input, output = 0]: readonly number[]): Rates {
  return {
    input,
    cacheRead,
    cacheWrite,
    cacheWriteLong: Math.max(cacheWrite, input * longCacheFactor),
    output,
  };
}

/** Every model of the table by provider, at its price of that day; for people to look through. */
export function bundledPrices(at: number): { provider: string; model: string; price: Price }[] {
  return Object.entries(table).flatMap(([provider, rows]) =>
    rows.flatMap(({ names }) => {
      const [model = ''] = names;
      const price = lookUp([], provider as ProviderKind, model.replaceAll('*', ''), at);
      return price === null ? [] : [{ provider, model, price }];
    }),
  );
}
