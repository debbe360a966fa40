/** Where a request is sent on to: to the canonical host, or from an old path to a new one. */

import { normaliseHost } from '../../../shared/proxy/host-pattern.ts';
import { matchPattern } from '../../../shared/proxy/path-pattern.ts';
import type { RouteRules } from '../../../shared/proxy/rules.ts';
import type { RuledRequest, Verdict } from './verdict.ts';

type Redirects = NonNullable<RouteRules['redirects']>;

/** 308, so that the method stays what it is (RFC 9110 section 15.4.9). A port the visitor used is kept. */
export function toCanonicalHost(canonical: string, request: RuledRequest): Verdict | null {
  const host = normaliseHost(request.host);
  if (host === null || host === canonical) return null;
  const port = /:\d+$/.exec(request.host)?.[0] ?? '';
  return {
    kind: 'redirect',
    status: 308,
    location: `${request.scheme}://${canonical}${port}${request.path}`,
  };
}

/** The first rule that fits; never one that leads to where the request is. */
export function redirected(rules: Redirects, plain: string, request: RuledRequest): Verdict | null {
  for (const { from, to, status = 308 } of rules) {
    const splat = matchPattern(from, plain);
    if (splat === null) continue;
    const location = withQuery(to.replaceAll(':splat', encodeSplat(splat)), request.path);
    if (location === request.path) continue;
    return { kind: 'redirect', status, location };
  }
  return null;
}

/** It was decoded to be matched. Two slashes at the begin would name a host. */
function encodeSplat(splat: string): string {
  return splat
    .split('/')
    .filter((part, index) => part !== '' || index > 0)
    .map(encodeURIComponent)
    .join('/');
}

function withQuery(location: string, path: string): string {
  const query = path.indexOf('?');
  return query === -1 || location.includes('?') ? location : location + path.slice(query);
}
