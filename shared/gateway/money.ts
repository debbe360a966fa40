/**
 * Money of the gateway, in whole numbers. Prices are microdollars for a million tokens, which is picodollars a token; what
 * a call costs is added up in picodollars and rounded up once, to a nanodollar (a tenth of a microcent).
 */

/** A billion is a dollar. Exact in a double up to nine million dollars. */
export type Nanodollars = number;

export const nanodollarsPerDollar = 1_000_000_000;

/** `$12.34`, `$0.0042`: two digits, or as many as show something. */
export function dollarText(amount: Nanodollars): string {
  const dollars = amount / nanodollarsPerDollar;
  if (amount === 0) return '$0';
  const digits = Math.abs(dollars) >= 0.1 ? 2 : Math.min(9, 1 - Math.floor(Math.log10(Math.abs(dollars))));
  return `${amount < 0 ? '-' : ''}$${Math.abs(dollars).toFixed(digits)}`;
}

/** Null for what is no amount of dollars: `12`, `0.5`, `$20`. */
export function parseDollars(text: string): Nanodollars | null {
  const match = /^\$?(\d{1,6})(?:\.(\d{1,9}))?$/.exec(text.trim());
  if (match === null) return null;
  return Number(match[1]) * nanodollarsPerDollar + Number((match[2] ?? '').padEnd(9, '0'));
}
