/** What tokens cost: which price holds for a call, and the sum. */

import type { Nanodollars } from '../../../shared/gateway/money.ts';
import type { Usage } from '../conversation/answer.ts';

/** Microdollars for a million tokens of each class, which is picodollars a token; whole numbers. */
export interface Rates {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWriteLong: number;
  readonly output: number;
}

export interface Price {
  readonly rates: Rates;
  /** Where input is longer than `above` tokens all of the call costs these; rising. */
  readonly tiers: readonly { readonly above: number; readonly rates: Rates }[];
  /** For the ledger: where the price is from, and of when. */
  readonly version: string;
}

export function inputTokens(usage: Usage): number {
  return usage.input + usage.cacheRead + usage.cacheWrite + usage.cacheWriteLong;
}

export function costOf(usage: Usage, price: Price): Nanodollars {
  const rates = ratesFor(inputTokens(usage), price);
  const picodollars =
    usage.input * rates.input +
    usage.cacheRead * rates.cacheRead +
    usage.cacheWrite * rates.cacheWrite +
    usage.cacheWriteLong * rates.cacheWriteLong +
    usage.output * rates.output;
  return Math.ceil(picodollars / 1000);
}

/** The most that so many tokens can cost, whatever of the input is written to a cache. */
export function worstCost(input: number, output: number, price: Price): Nanodollars {
  if (price.tiers.length === 0) {
    const { rates } = price;
    const dear = Math.max(rates.input, rates.cacheWrite, rates.cacheWriteLong);
    return Math.ceil((input * dear + output * rates.output) / 1000);
  }
  const all = [price.rates, ...price.tiers.filter(({ above }) => input > above).map(({ rates }) => rates)];
  const dearest = (pick: (rates: Rates) => number) => Math.max(...all.map(pick));
  const inputRate = dearest((rates) => Math.max(rates.input, rates.cacheWrite, rates.cacheWriteLong));
  return Math.ceil((input * inputRate + output * dearest((rates) => rates.output)) / 1000);
}

function ratesFor(input: number, price: Price): Rates {
  let { rates } = price;
  for (const tier of price.tiers) if (input > tier.above) rates = tier.rates;
  return rates;
}
