/** One line per request, into day files that are kept two weeks. */

import type { Telemetry, TelemetryTable } from '../kernel/telemetry.ts';
import type { AccessEntry, AccessLog } from './service.ts';

export const requestsTable: TelemetryTable = {
  name: 'requests',
  columns: {
    at: 'INTEGER',
    service: 'TEXT',
    release: 'INTEGER',
    target: 'TEXT',
    client: 'TEXT',
    method: 'TEXT',
    host: 'TEXT',
    path: 'TEXT',
    status: 'INTEGER',
    bytes_in: 'INTEGER',
    bytes_out: 'INTEGER',
    ms: 'REAL',
    upstream_ms: 'REAL',
    user_agent: 'TEXT',
    referrer: 'TEXT',
  },
  keepDays: 14,
  keepBytes: 256 * 1024 * 1024,
};

/** Characters kept of what a client may make as long as it likes. */
const longest = { method: 32, host: 255, path: 2048, userAgent: 500, referrer: 500 } as const;

/** Defines the table and writes to it; `heard` is told of every entry, too. Queries of path and referrer are left out: that is where tokens are. */
export function createAccessLog(telemetry: Telemetry, heard: (entry: AccessEntry) => void): AccessLog {
  telemetry.define(requestsTable);
  return {
    record(entry) {
      heard(entry);
      telemetry.append(requestsTable.name, accessRow(entry));
    },
  };
}

/** The entry in the order of `requestsTable.columns`. */
export function accessRow(entry: AccessEntry): (string | number | null)[] {
  return [
    entry.at,
    entry.service,
    entry.release,
    entry.target,
    entry.client,
    cut(entry.method, longest.method),
    cut(entry.host, longest.host),
    cut(withoutQuery(entry.path), longest.path),
    entry.status,
    entry.bytesIn,
    entry.bytesOut,
    entry.ms,
    entry.upstreamMs,
    cut(entry.userAgent, longest.userAgent),
    cut(withoutQuery(entry.referrer), longest.referrer),
  ];
}

function withoutQuery(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length);
}
