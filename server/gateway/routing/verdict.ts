/** What a provider's answer, or its silence, means for the next try. Pure. */

export type Verdict =
  | { readonly kind: 'answered' }
  /** The request is at fault: nobody else would take it either. */
  | { readonly kind: 'final' }
  /** This API key has had enough for a while; another may have not. */
  | { readonly kind: 'rotate'; readonly coolMs: number }
  /** This API key will not do any more. */
  | { readonly kind: 'retire' }
  /** The provider has trouble; `afterMs` as it asked for, null where it did not. */
  | { readonly kind: 'again'; readonly afterMs: number | null };

const usualCoolMs = 10_000;
/** More than that is not waited for by anybody. */
const mostAfterMs = 15 * 60_000;

export function verdictOn(
  status: number,
  headers: { get(name: string): string | undefined },
  now: number,
): Verdict {
  if (status >= 200 && status < 300) return { kind: 'answered' };
  const afterMs = retryAfter(headers, now);
  if (status === 429) return { kind: 'rotate', coolMs: afterMs ?? usualCoolMs };
  if (status === 401 || status === 402 || status === 403) return { kind: 'retire' };
  if (status === 408 || status === 409 || status >= 500) return { kind: 'again', afterMs };
  return { kind: 'final' };
}

/** `retry-after-ms`, or `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). */
export function retryAfter(headers: { get(name: string): string | undefined }, now: number): number | null {
  const exact = headers.get('retry-after-ms');
  if (exact !== undefined && /^\d{1,9}(\.\d+)?$/.test(exact)) return Math.min(mostAfterMs, Number(exact));
  const given = headers.get('retry-after');
  if (given === undefined) return null;
  if (/^\d{1,9}(\.\d+)?$/.test(given)) return Math.min(mostAfterMs, Number(given) * 1000);
  const at = Date.parse(given);
  return Number.isNaN(at) ? null : Math.min(mostAfterMs, Math.max(0, at - now));
}

/** Before try `n` (from 1) at one provider: half a second, doubling up to five, a fifth more or less by chance. */
export function backOff(n: number, random: number): number {
  return Math.min(5000, 500 * 2 ** (n - 1)) * (0.8 + 0.4 * random);
}
