/** A line of the access log as it is shown. */

import type { LoggedRequest } from '../../../shared/proxy/requests-contract.ts';
import type { AccessEntry } from '../service.ts';
import { agentClassOf } from './agent-class.ts';
import { pathOnly } from './request-filter.ts';

/** As `requestsTable` has its columns. */
export interface RequestRow {
  at: number;
  service: string | null;
  release: number | null;
  target: string | null;
  client: string;
  method: string;
  host: string;
  path: string;
  status: number;
  bytes_in: number;
  bytes_out: number;
  ms: number;
  upstream_ms: number | null;
  user_agent: string;
  referrer: string;
}

export type CountryOf = (address: string) => string | null;

export function shownRow(row: RequestRow, countryOf: CountryOf): LoggedRequest {
  const { service, bytes_in, bytes_out, upstream_ms, user_agent, ...same } = row;
  return {
    ...same,
    ...placeOf(service),
    country: countryOf(row.client),
    bytesIn: bytes_in,
    bytesOut: bytes_out,
    upstreamMs: upstream_ms,
    agent: agentClassOf(user_agent),
    userAgent: user_agent,
  };
}

export function shownEntry({ service, ...entry }: AccessEntry, countryOf: CountryOf): LoggedRequest {
  return {
    ...entry,
    ...placeOf(service),
    path: pathOnly(entry.path),
    referrer: pathOnly(entry.referrer),
    country: countryOf(entry.client),
    agent: agentClassOf(entry.userAgent),
  };
}

function placeOf(service: string | null): { app: string | null; environment: string | null } {
  const [app = null, environment = null] = service?.split('/') ?? [];
  return { app, environment };
}
