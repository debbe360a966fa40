/** Rate limits by token bucket: so many requests a second on average, and some more at once. One bucket for each key. */

export interface BucketRate {
  /** Tokens that come back each second. */
  readonly perSecond: number;
  /** Tokens of a full bucket. */
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  /** Monotonic ms of the last look. */
  at: number;
}

/** Buckets kept at most; beyond it the ones looked at longest ago start over. */
const mostBuckets = 20_000;

export class TokenBuckets {
  readonly #rate: BucketRate;
  /** The order is that of the last look. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: BucketRate) {
    this.#rate = rate;
  }

  /** Takes one token. Returns 0, or the whole seconds until there is one. `now` in monotonic ms. */
  take(key: string, now: number): number {
    const { perSecond, burst } = this.#rate;
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      this.#makeRoom(now);
      bucket = { tokens: burst, at: now };
    } else {
      bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
      bucket.at = now;
      this.#buckets.delete(key);
    }
    this.#buckets.set(key, bucket);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Full buckets say nothing and go; where there are none, the oldest. */
  #makeRoom(now: number): void {
    const fullAfter = (this.#rate.burst / this.#rate.perSecond) * 1000;
    for (const [key, { at }] of this.#buckets) {
      if (this.#buckets.size < mostBuckets && now - at < fullAfter) return;
      this.#buckets.delete(key);
    }
  }
}

/** What counts as one client: an IPv4 address, or a network of IPv6, as one host has all of it (RFC 6177). */
export function clientKey(address: string): string {
  if (!address.includes(':')) return address;
  const [left = '', right] = address.split('::');
  const groups = left === '' ? [] : left.split(':');
  if (right !== undefined) {
    const tail = right === '' ? [] : right.split(':');
    while (groups.length + tail.length < 8) groups.push('0');
    groups.push(...tail);
  }
  return groups.slice(0, 4).join(':');
}
