/** Calls and tokens a minute of each key: a bucket that refills all the time. */

import type { SnapshotKey } from '../config/snapshot.ts';
import { CallFault } from './fault.ts';

interface Bucket {
  level: number;
  at: number;
}

const minuteMs = 60_000;

export class Rates {
  readonly #calls = new Map<number, Bucket>();
  readonly #tokens = new Map<number, Bucket>();

  /** Takes one call. Throws 429, with the time until the next is allowed. */
  call(key: SnapshotKey, now: number): void {
    const { requestsPerMinute, tokensPerMinute } = key.limits;
    if (tokensPerMinute !== null) {
      const bucket = level(this.#tokens, key.id, tokensPerMinute, now);
      if (bucket.level <= 0) this.#refuse('tokens', tokensPerMinute, -bucket.level + 1);
    }
    if (requestsPerMinute === null) return;
    const bucket = level(this.#calls, key.id, requestsPerMinute, now);
    if (bucket.level < 1) this.#refuse('requests', requestsPerMinute, 1 - bucket.level);
    bucket.level -= 1;
  }

  /** Takes what a call used; the bucket may be overdrawn by calls that began before. */
  used(key: SnapshotKey, tokens: number, now: number): void {
    const { tokensPerMinute } = key.limits;
    if (tokensPerMinute !== null) level(this.#tokens, key.id, tokensPerMinute, now).level -= tokens;
  }

  #refuse(what: string, perMinute: number, missing: number): never {
    const retryAfterMs = Math.ceil((missing / perMinute) * minuteMs);
    throw new CallFault(429, 'rate_limit_exceeded', `this key may use ${perMinute} ${what} a minute`, {
      retry: true,
      retryAfterMs,
    });
  }
}

function level(buckets: Map<number, Bucket>, key: number, perMinute: number, now: number): Bucket {
  let bucket = buckets.get(key);
  if (bucket === undefined) {
    bucket = { level: perMinute, at: now };
    buckets.set(key, bucket);
  }
  bucket.level = Math.min(perMinute, bucket.level + ((now - bucket.at) / minuteMs) * perMinute);
  bucket.at = now;
  return bucket;
}
