/** Counters as OpenMetrics text, for whoever scrapes them over the control socket. */

import { type TrafficCounts, timeBounds } from './traffic-counts.ts';
import type { TurnedAway } from './turned-away.ts';

export interface MetricsSource {
  readonly traffic: TrafficCounts;
  readonly turnedAway: TurnedAway;
  /** Client connections now. */
  readonly connections: number;
  /** Rows of telemetry since the start. */
  readonly telemetry: { readonly written: number; readonly dropped: number };
  /** Resident memory, bytes. */
  readonly memory: number;
}

const classNames = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'];

export function openMetrics({ traffic, turnedAway, connections, telemetry, memory }: MetricsSource): string {
  const lines: string[] = [];
  const family = (name: string, type: string, help: string, unit = '') => {
    lines.push(`# TYPE ${name} ${type}`);
    if (unit !== '') lines.push(`# UNIT ${name} ${unit}`);
    lines.push(`# HELP ${name} ${help}`);
  };

  family('windlass_requests', 'counter', 'Requests answered, by class of status.');
  for (const [service, { classes }] of traffic.services) {
    for (const [place, count] of classes.entries()) {
      if (count > 0)
        lines.push(`windlass_requests_total{${labels(service)},status="${classNames[place]}"} ${count}`);
    }
  }
  family(
    'windlass_request_duration_seconds',
    'histogram',
    'From the head of a request to the end of its answer.',
    'seconds',
  );
  for (const [service, { times, ms }] of traffic.services) {
    let sum = 0;
    for (const [bucket, count] of times.entries()) {
      sum += count;
      const bound = timeBounds[bucket];
      const le = bound === undefined ? '+Inf' : String(bound / 1000);
      lines.push(`windlass_request_duration_seconds_bucket{${labels(service)},le="${le}"} ${sum}`);
    }
    lines.push(`windlass_request_duration_seconds_count{${labels(service)}} ${sum}`);
    lines.push(`windlass_request_duration_seconds_sum{${labels(service)}} ${ms / 1000}`);
  }
  family('windlass_received_bytes', 'counter', 'Bodies of requests.', 'bytes');
  for (const [service, { bytesIn }] of traffic.services)
    lines.push(`windlass_received_bytes_total{${labels(service)}} ${bytesIn}`);
  family('windlass_sent_bytes', 'counter', 'Answers, heads included.', 'bytes');
  for (const [service, { bytesOut }] of traffic.services)
    lines.push(`windlass_sent_bytes_total{${labels(service)}} ${bytesOut}`);
  family('windlass_turned_away', 'counter', 'Requests and connections the proxy did not let pass.');
  for (const { reason, count } of turnedAway.all())
    lines.push(`windlass_turned_away_total{reason="${reason}"} ${count}`);
  family('windlass_connections', 'gauge', 'Client connections now.');
  lines.push(`windlass_connections ${connections}`);
  family('windlass_telemetry_rows', 'counter', 'Rows of logs and telemetry, written and lost.');
  lines.push(`windlass_telemetry_rows_total{outcome="written"} ${telemetry.written}`);
  lines.push(`windlass_telemetry_rows_total{outcome="dropped"} ${telemetry.dropped}`);
  family('windlass_resident_memory_bytes', 'gauge', 'Of the server itself, without the apps.', 'bytes');
  lines.push(`windlass_resident_memory_bytes ${memory}`);
  return `${lines.join('\n')}\n# EOF\n`;
}

/** Names of apps and environments need no escape. */
function labels(service: string): string {
  const [app = '', environment = ''] = service.split('/');
  return `app="${app}",environment="${environment}"`;
}
