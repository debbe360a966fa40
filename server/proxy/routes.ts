/** The table from host and path to service: built once from all routes, then only read. */

import { normaliseHost, wildcardFor } from '../../shared/proxy/host-pattern.ts';
import { pathHasPrefix } from '../../shared/proxy/path-prefix.ts';
import type { Match, RouteTable, Service } from './service.ts';

/** Spellings of known hosts kept; only a wildcard has more of them than a table has hosts. */
const maxSpellings = 4096;

/**
 * Exact host before wildcard (a host has one possible wildcard, as they cover one level); on it the longest path prefix
 * of whole segments. `endpointHosts` are the hosts that endpoints own, each with the endpoint's name. `matches` hold hosts and prefixes in their parsed form; of equal ones the first wins.
 */
export function buildRouteTable(
  matches: Iterable<Match>,
  endpointHosts: ReadonlyMap<string, string> = new Map(),
): RouteTable {
  const hosts = new Map<string, Match[]>();
  for (const match of matches) {
    const onHost = hosts.get(match.route.host);
    if (onHost === undefined) hosts.set(match.route.host, [match]);
    else onHost.push(match);
  }
  for (const onHost of hosts.values()) {
    onHost.sort((a, b) => b.route.pathPrefix.length - a.route.pathPrefix.length);
  }
  return new HostTable(hosts, endpointHosts);
}

class HostTable implements RouteTable {
  readonly #hosts: ReadonlyMap<string, readonly Match[]>;
  // Parsing a Host header costs more than the rest of the lookup, and nearly all requests spell it alike. Unknown
  // hosts are left out, so nobody can push known ones out by sending rubbish.
  readonly #spellings = new Map<string, readonly Match[]>();

  constructor(
    hosts: ReadonlyMap<string, readonly Match[]>,
    private readonly endpointHosts: ReadonlyMap<string, string>,
  ) {
    this.#hosts = hosts;
  }

  match(host: string, path: string): Match | null {
    const onHost = this.#spellings.get(host) ?? this.#find(host);
    if (onHost === null) return null;
    for (const match of onHost) {
      if (pathHasPrefix(path, match.route.pathPrefix)) return match;
    }
    return null;
  }

  site(host: string): Service | null {
    return (this.#spellings.get(host) ?? this.#find(host))?.at(-1)?.service ?? null;
  }

  endpoint(host: string): string | null {
    if (this.endpointHosts.size === 0) return null;
    const name = normaliseHost(host) ?? '';
    return this.endpointHosts.get(name) ?? this.endpointHosts.get(wildcardFor(name) ?? '') ?? null;
  }

  #find(spelling: string): readonly Match[] | null {
    const host = normaliseHost(spelling);
    if (host === null) return null;
    const onHost = this.#hosts.get(host) ?? this.#hosts.get(wildcardFor(host) ?? '');
    if (onHost === undefined) return null;
    if (this.#spellings.size >= maxSpellings) this.#spellings.clear();
    this.#spellings.set(spelling, onHost);
    return onHost;
  }
}
