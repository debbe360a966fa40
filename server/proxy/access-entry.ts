/** What the access log is told of one request: what its head said, and how it went. */

import type { RequestHead } from './http1/request-head.ts';
import type { AccessEntry } from './service.ts';

type OfHead = 'method' | 'path' | 'host' | 'userAgent' | 'referrer';

export function accessEntry(head: RequestHead, went: Omit<AccessEntry, OfHead>): AccessEntry {
  const { method, path, host, userAgent, referrer } = head;
  return {
    at: went.at,
    service: went.service,
    release: went.release,
    target: went.target,
    client: went.client,
    method,
    host,
    path,
    status: went.status,
    bytesIn: went.bytesIn,
    bytesOut: went.bytesOut,
    ms: went.ms,
    upstreamMs: went.upstreamMs,
    userAgent,
    referrer,
  };
}
