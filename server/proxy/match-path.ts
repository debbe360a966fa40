/** What a matched route means for a request's path. */

import { withoutPrefix } from './http1/strip-prefix.ts';
import type { Match } from './service.ts';

/** Whether `path` is the service's health path, as a visitor or as the app itself sees it. */
export function asksHealth(path: string, { service, route }: Match): boolean {
  const query = path.indexOf('?');
  const plain = query === -1 ? path : path.slice(0, query);
  return plain === service.healthPath || withoutPrefix(plain, route.pathPrefix) === service.healthPath;
}

/** The prefix the app does not see; null where it sees the whole path. */
export function strippedPrefix(match: Match | null): string | null {
  const route = match?.route;
  return route?.stripPrefix === true && route.pathPrefix !== '/' ? route.pathPrefix : null;
}

/** What the app is to see of `path`, byte for byte. */
export function insidePath(path: string, match: Match | null): string {
  const prefix = strippedPrefix(match);
  return prefix === null ? path : withoutPrefix(path, prefix);
}
