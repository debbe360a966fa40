/** How far back the traffic page looks, and in which steps it counts. Pure. */

const minuteMs = 60_000;
const hourMs = 3_600_000;

export const trafficSpans = [
  { name: '15 minutes', ms: 15 * minuteMs, step: 15_000 },
  { name: '1 hour', ms: hourMs, step: minuteMs },
  { name: '24 hours', ms: 24 * hourMs, step: 15 * minuteMs },
  { name: '7 days', ms: 7 * 24 * hourMs, step: 2 * hourMs },
] as const;
export type TrafficSpan = (typeof trafficSpans)[number];

/** Whole steps that end with the one `now` is in, so that points do not move while it is asked again. */
export function rangeOf({ ms, step }: TrafficSpan, now: number): { since: number; until: number } {
  const until = Math.floor(now / step) * step + step - 1;
  return { since: until + 1 - ms, until };
}

/** Requests, of which how many failed, and the largest 95th percentile of times. */
export function summary(
  points: readonly { requests: number; classes: readonly number[]; bytesOut: number; p95: number | null }[],
): {
  requests: number;
  failed: number;
  bytesOut: number;
  slowest: number | null;
} {
  let requests = 0;
  let failed = 0;
  let bytesOut = 0;
  let slowest: number | null = null;
  for (const point of points) {
    requests += point.requests;
    failed += point.classes[4] ?? 0;
    bytesOut += point.bytesOut;
    if (point.p95 !== null) slowest = Math.max(slowest ?? 0, point.p95);
  }
  return { requests, failed, bytesOut, slowest };
}
