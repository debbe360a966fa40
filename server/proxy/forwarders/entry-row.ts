/** A line of the access log on its way from one process to another. */

import type { AccessEntry } from '../service.ts';

export type EntryRow = [
  at: number,
  service: string | null,
  release: number | null,
  target: string | null,
  client: string,
  method: string,
  host: string,
  path: string,
  status: number,
  bytesIn: number,
  bytesOut: number,
  ms: number,
  upstreamMs: number | null,
  userAgent: string,
  referrer: string,
];

export function rowOf(entry: AccessEntry): EntryRow {
  const { at, service, release, target, client, method, host, path, status } = entry;
  const { bytesIn, bytesOut, ms, upstreamMs, userAgent, referrer } = entry;
  return [
    at,
    service,
    release,
    target,
    client,
    method,
    host,
    path,
    status,
    bytesIn,
    bytesOut,
    ms,
    upstreamMs,
    userAgent,
    referrer,
  ];
}

export function entryOf(row: EntryRow): AccessEntry {
  const [at, service, release, target, client, method, host, path, status, ...rest] = row;
  const [bytesIn, bytesOut, ms, upstreamMs, userAgent, referrer] = rest;
  return {
    at,
    service,
    release,
    target,
    client,
    method,
    host,
    path,
    status,
    bytesIn,
    bytesOut,
    ms,
    upstreamMs,
    userAgent,
    referrer,
  };
}
