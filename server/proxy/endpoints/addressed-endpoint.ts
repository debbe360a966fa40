/** Which of the server's own endpoints a request is for, and on whose site. */

import type { Endpoint } from '../../kernel/endpoint.ts';
import type { RouteTable, Service } from '../service.ts';

export interface AddressedEndpoint {
  readonly endpoint: Endpoint;
  /** What the endpoint is to see. */
  readonly path: string;
  readonly site: Service | null;
}

export interface EndpointDirectory {
  table(): RouteTable;
  endpoints(): ReadonlyMap<string, Endpoint>;
}

const reserved = '/.windlass';

/** Whether the path belongs to the server itself on every host: no app ever sees it. */
export function isReserved(path: string): boolean {
  if (!path.startsWith(reserved)) return false;
  const next = path.charCodeAt(reserved.length);
  return Number.isNaN(next) || next === 0x2f /* / */ || next === 0x3f /* ? */;
}

/** The endpoint a reserved path names; it sees the path behind its name, with the query. */
export function endpointBehind(
  from: EndpointDirectory,
  host: string,
  path: string,
): AddressedEndpoint | null {
  if (path[reserved.length] !== '/') return null;
  const start = reserved.length + 1;
  const end = segmentEnd(path, start);
  const endpoints = from.endpoints();
  // A name of two segments is of one endpoint, whoever has the first of them.
  const longer = path[end] === '/' ? segmentEnd(path, end + 1) : end;
  for (const at of longer === end ? [end] : [longer, end]) {
    const endpoint = endpoints.get(path.slice(start, at));
    if (endpoint === undefined) continue;
    const rest = path.slice(at);
    return { endpoint, path: rest.startsWith('/') ? rest : `/${rest}`, site: from.table().site(host) };
  }
  return null;
}

function segmentEnd(path: string, start: number): number {
  let end = start;
  while (end < path.length && path[end] !== '/' && path[end] !== '?') end++;
  return end;
}

/** The endpoint that owns the whole host; it sees the whole path. */
export function endpointOn(from: EndpointDirectory, host: string, path: string): AddressedEndpoint | null {
  if (host === '' || path === '*') return null;
  const name = from.table().endpoint(host);
  const endpoint = name === null ? undefined : from.endpoints().get(name);
  return endpoint === undefined ? null : { endpoint, path, site: null };
}
