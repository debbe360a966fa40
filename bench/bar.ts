/** The numbers Windlass holds itself to, as data, and whether a figure holds. */

export interface Bar {
  /** `most`: at most `limit`. `least`: at least `limit`. */
  kind: 'most' | 'least';
  limit: number;
}

/** MB are millions of bytes throughout. */
export const bars = {
  'idle memory': { kind: 'most', limit: 50 },
  'idle cpu': { kind: 'most', limit: 1 },
  'download size': { kind: 'most', limit: 45 },
  'cold start': { kind: 'most', limit: 300 },
  'requests per core against Caddy': { kind: 'least', limit: 3 },
  'requests per core against nginx': { kind: 'least', limit: 0.8 },
  'TLS requests per core against Caddy': { kind: 'least', limit: 2 },
  'TLS connections per core against Caddy': { kind: 'least', limit: 2 },
  'h2 requests per core against Caddy': { kind: 'least', limit: 2 },
  /** A share of Caddy's own, measured in the same run at the same rate. */
  'p99 at half load against Caddy': { kind: 'most', limit: 1 },
  'memory growth over 1 GB': { kind: 'most', limit: 16 },
  'throughput against nginx': { kind: 'least', limit: 0.8 },
  'requests lost': { kind: 'most', limit: 0 },
  'requests wrong': { kind: 'most', limit: 0 },
  'projects wrong': { kind: 'most', limit: 0 },
  'requests under load': { kind: 'least', limit: 20_000 },
  'streams cut without a goodbye': { kind: 'most', limit: 0 },
  'rollback to a warm release': { kind: 'most', limit: 100 },
  'rollback to a cold release': { kind: 'most', limit: 3000 },
  /** A share of the same app's own, measured in the same run without a build. */
  'p99 beside a greedy build': { kind: 'most', limit: 2 },
  'acknowledged writes lost': { kind: 'most', limit: 0 },
  'half-live deployments': { kind: 'most', limit: 0 },
  'stray processes': { kind: 'most', limit: 0 },
  "others' p99 under attack": { kind: 'most', limit: 2 },
  'faults of mutated requests': { kind: 'most', limit: 0 },
  'serving again after a kill': { kind: 'most', limit: 1000 },
  /** Of a core, in percent, and MB on top, for 2,000 HTTP checks every 30 s; ms a check may begin late. */
  'core of 2,000 checks': { kind: 'most', limit: 10 },
  'memory of 2,000 checks': { kind: 'most', limit: 25 },
  'lateness of a check': { kind: 'most', limit: 1000 },
  'page of a year of 200 checks': { kind: 'most', limit: 100 },
  'requests of a status page': { kind: 'least', limit: 1000 },
  'envelopes per core': { kind: 'least', limit: 1000 },
  'memory growth of errors': { kind: 'most', limit: 60 },
  /** Of a plain app's visitors, a share of their own in the same run without envelopes. */
  'p99 beside envelopes': { kind: 'most', limit: 2 },
  'issue questions': { kind: 'most', limit: 200 },
  /** The most the folder of errors took, as a share of its budget. */
  'budget under a flood of errors': { kind: 'most', limit: 1 },
  /** A second, on one core with everything the server does for them; ms over 10 M events. */
  'events ingested': { kind: 'least', limit: 10_000 },
  'event durable': { kind: 'most', limit: 1000 },
  'answers that differ': { kind: 'most', limit: 0 },
  'dashboard question': { kind: 'most', limit: 200 },
  /** Calls a core of the AI gateway, of @portkey-ai/gateway's in the same run; ms and MB on top of the provider's own. */
  'AI calls per core against Portkey': { kind: 'least', limit: 20 },
  'AI call overhead': { kind: 'most', limit: 0.5 },
  'AI first token overhead': { kind: 'most', limit: 1 },
  'memory of 1,000 AI streams': { kind: 'most', limit: 60 },
  'memory growth over AI calls': { kind: 'most', limit: 10 },
} as const satisfies Record<string, Bar>;
export type BarName = keyof typeof bars;

/** Never true for NaN: a figure that could not be measured misses its bar. */
export function holds(bar: Bar, value: number): boolean {
  switch (bar.kind) {
    case 'most':
      return value <= bar.limit;
    case 'least':
      return value >= bar.limit;
  }
}

/** `<= 50` or `>= 0.8`. */
export function barText(bar: Bar): string {
  return `${bar.kind === 'most' ? '<=' : '>='} ${bar.limit}`;
}
