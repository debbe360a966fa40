/** Sums of many results: counts that add up exactly, and times in buckets an eighth apart. Pure. */

import type { Beat } from '../../shared/uptime/contract.ts';

export interface Rollup {
  up: number;
  down: number;
  /** Bucket to count of the good results' times. */
  readonly times: Map<number, number>;
}

/** Buckets per doubling of the time: what is read back is within 4.5 % of what was. */
const perDoubling = 8;
const lastBucket = 160;

export function emptyRollup(): Rollup {
  return { up: 0, down: 0, times: new Map() };
}

/** Counts one result; `ms` is null for a bad one. */
export function count(rollup: Rollup, up: boolean, ms: number | null): void {
  if (!up) {
    rollup.down++;
    return;
  }
  rollup.up++;
  if (ms === null) return;
  const bucket = bucketOf(ms);
  rollup.times.set(bucket, (rollup.times.get(bucket) ?? 0) + 1);
}

export function addTo(sum: Rollup, more: Rollup): void {
  sum.up += more.up;
  sum.down += more.down;
  for (const [bucket, times] of more.times) sum.times.set(bucket, (sum.times.get(bucket) ?? 0) + times);
}

export function beatOf(at: number, rollup: Rollup): Beat {
  const [p50, p95, p99] = percentiles(rollup, [0.5, 0.95, 0.99]);
  return { at, up: rollup.up, down: rollup.down, p50: p50 ?? null, p95: p95 ?? null, p99: p99 ?? null };
}

/** In percent; null where nothing is known. */
export function uptimeOf({ up, down }: Pick<Rollup, 'up' | 'down'>): number | null {
  return up + down === 0 ? null : (100 * up) / (up + down);
}

/** 5 bytes a bucket: which, and how many. */
export function packTimes({ times }: Rollup): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(times.size * 5));
  let at = 0;
  for (const [bucket, amount] of times) {
    bytes.setUint8(at, bucket);
    bytes.setUint32(at + 1, amount);
    at += 5;
  }
  return new Uint8Array(bytes.buffer);
}

export function unpackTimes(packed: Uint8Array, into: Map<number, number>): void {
  const bytes = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let at = 0; at + 5 <= packed.byteLength; at += 5) {
    const bucket = bytes.getUint8(at);
    into.set(bucket, (into.get(bucket) ?? 0) + bytes.getUint32(at + 1));
  }
}

function percentiles({ times }: Rollup, shares: readonly number[]): (number | null)[] {
  if (times.size === 0) return shares.map(() => null);
  const sorted = [...times].sort(([one], [other]) => one - other);
  const all = sorted.reduce((sum, [, amount]) => sum + amount, 0);
  return shares.map((share) => {
    let left = Math.ceil(all * share);
    for (const [bucket, amount] of sorted) {
      left -= amount;
      if (left <= 0) return middleOf(bucket);
    }
    return null;
  });
}

/** Bucket 0 is below a tenth of a millisecond. */
function bucketOf(ms: number): number {
  if (!(ms >= 0.1)) return 0;
  return Math.min(lastBucket, 1 + Math.floor(Math.log2(ms * 10) * perDoubling));
}

function middleOf(bucket: number): number {
  return bucket === 0 ? 0.05 : 2 ** ((bucket - 0.5) / perDoubling) / 10;
}
