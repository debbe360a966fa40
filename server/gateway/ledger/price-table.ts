/** Which price holds: the owner's own, then the file the owner gave, then the bundled table; and of a model's prices the one of the day. */

import bundled from '../../../resources/ai-prices.json' with { type: 'json' };
import type { ProviderKind } from '../../../shared/gateway/contract.ts';
import type { PriceFile } from '../../../shared/gateway/price-file.ts';
import type { OwnPrice } from '../config/snapshot.ts';
import { matchesAny, matchesGlob } from '../glob.ts';
import type { Price, Rates } from './price.ts';

const bundledFile: PriceFile = bundled;
/** An hour in a cache costs twice the input wherever it can be asked for; five minutes are in the table. */
const longCacheFactor = 2;
const mostKnown = 2000;

export interface PriceTable {
  /** Null where nobody knows it. */
  find(kind: ProviderKind, model: string, at: number): Price | null;
}

/** `file` goes before the bundled table, model by model: what it does not name has its bundled price. */
export function createPriceTable(own: readonly OwnPrice[], file: PriceFile | null): PriceTable {
  const known = new Map<ProviderKind, Map<string, { price: Price | null; day: number }>>();
  return {
    find(kind, model, at) {
      const day = Math.floor(at / 86_400_000);
      let ofKind = known.get(kind);
      const before = ofKind?.get(model);
      if (before?.day === day) return before.price;
      if (ofKind === undefined || ofKind.size >= mostKnown) {
        ofKind = new Map();
        known.set(kind, ofKind);
      }
      const price =
        ownPrice(own, model) ?? filed(file, kind, model, at) ?? filed(bundledFile, kind, model, at);
      ofKind.set(model, { price, day });
      return price;
    },
  };
}

function ownPrice(own: readonly OwnPrice[], model: string): Price | null {
  const mine = own.find((each) => matchesGlob(each.model, model));
  if (mine === undefined) return null;
  const { input, output, cacheRead, cacheWrite } = mine;
  const rates = { input, cacheRead, cacheWrite, cacheWriteLong: Math.max(cacheWrite, input), output };
  return { rates, tiers: [], version: 'own' };
}

function filed(file: PriceFile | null, kind: string, model: string, at: number): Price | null {
  if (file === null) return null;
  const row = file.providers[kind]?.find(({ names }) => matchesAny(names, model));
  const price = row?.prices.filter(({ from }) => from === undefined || Date.parse(from) <= at).at(-1);
  if (price === undefined) return null;
  return {
    rates: ratesOf(price.rates),
    tiers: (price.tiers ?? []).map(([above = 0, ...rates]) => ({ above, rates: ratesOf(rates) })),
    version: file.version,
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

/** Every model of the tables by provider, at its price of that day; for people to look through. */
export function listedPrices(
  file: PriceFile | null,
  at: number,
): { provider: string; model: string; price: Price }[] {
  const seen = new Set<string>();
  return [file, bundledFile].flatMap((table) =>
    Object.entries(table?.providers ?? {}).flatMap(([provider, rows]) =>
      rows.flatMap(({ names }) => {
        const [model = ''] = names;
        const price = filed(table, provider, model.replaceAll('*', ''), at);
        const name = `${provider}/${model}`;
        if (price === null || seen.has(name)) return [];
        seen.add(name);
        return [{ provider, model, price }];
      }),
    ),
  );
}
