/** What went through since the start, by service: counted at every request, so kept to sums. */

import type { AccessEntry } from '../service.ts';

/** Upper bounds of the buckets of times, in ms; one more bucket is above them all. */
export const timeBounds = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;

export interface ServiceCounts {
  /** By class of status: 0 for none, 1xx to 5xx. */
  readonly classes: number[];
  /** Of times, not added up. */
  readonly times: number[];
  ms: number;
  bytesIn: number;
  bytesOut: number;
}

export class TrafficCounts {
  /** Under '' what belongs to no service. */
  readonly services = new Map<string, ServiceCounts>();

  note({ service, status, ms, bytesIn, bytesOut }: AccessEntry): void {
    const key = service ?? '';
    let counts = this.services.get(key);
    if (counts === undefined) {
      counts = {
        classes: [0, 0, 0, 0, 0, 0],
        times: Array(timeBounds.length + 1).fill(0),
        ms: 0,
        bytesIn: 0,
        bytesOut: 0,
      };
      this.services.set(key, counts);
    }
    const place = Math.min(5, Math.floor(status / 100));
    counts.classes[place] = (counts.classes[place] ?? 0) + 1;
    let bucket = 0;
    while (bucket < timeBounds.length && ms > (timeBounds[bucket] ?? 0)) bucket++;
    counts.times[bucket] = (counts.times[bucket] ?? 0) + 1;
    counts.ms += ms;
    counts.bytesIn += bytesIn;
    counts.bytesOut += bytesOut;
  }
}
