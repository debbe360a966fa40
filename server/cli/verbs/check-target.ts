/** The target of a check as one types it: an address whose scheme says what is asked. Pure. */

import { production } from '../../../shared/names.ts';
import { type Target, target } from '../../../shared/uptime/check.ts';
import { UsageError } from '../usage-error.ts';

/** Throws `UsageError` where it is none. */
export function readTarget(text: string): Target {
  if (text === 'push') return { kind: 'push' };
  const url = URL.parse(text);
  if (url === null || url.hostname === '') {
    throw new UsageError(
      `"${text}" is nothing to check`,
      'For example https://example.com or tcp://example.com:22.',
    );
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const place = { host, ...(url.port === '' ? {} : { port: Number(url.port) }) };
  const parsed = target.safeParse(draft(url, text, place));
  if (parsed.success) return parsed.data;
  throw new UsageError(`"${text}" is not complete`, 'tcp and tls need a port: tcp://example.com:22.');
}

/** A target elsewhere; where it is of the same kind, what else was set of it stays. */
export function changedTarget(before: Target, text: string): Target {
  const after = readTarget(text);
  if (after.kind !== before.kind) return after;
  const place = Object.entries(after).filter(([name]) => places.has(name));
  return target.parse({ ...before, ...Object.fromEntries(place) });
}

const places: ReadonlySet<string> = new Set(['url', 'host', 'port', 'name', 'app', 'environment']);

function draft(url: URL, text: string, place: object & { host: string }): object {
  switch (url.protocol) {
    case 'http:':
    case 'https:':
      return { kind: 'http', url: text };
    case 'ws:':
    case 'wss:':
      return { kind: 'websocket', url: text };
    case 'tcp:':
      return { kind: 'tcp', ...place };
    case 'tls:':
      return { kind: 'tls', port: 443, ...place };
    case 'ping:':
      return { kind: 'ping', host: place.host };
    case 'dns:':
      return { kind: 'dns', name: place.host };
    case 'postgres:':
    case 'postgresql:':
      return { kind: 'postgres', ...place, ...(url.username === '' ? {} : { user: url.username }) };
    case 'mysql:':
    case 'mariadb:':
      return { kind: 'mysql', ...place };
    case 'instances:':
      return { kind: 'instances', app: place.host, environment: production };
    case 'cron:':
      return {
        kind: 'cron',
        app: place.host,
        environment: production,
        name: decodeURIComponent(url.pathname.slice(1)),
      };
    case 'redis:':
      return {
        kind: 'redis',
        ...place,
        ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
      };
    default:
      throw new UsageError(`nothing is known of ${url.protocol}//`, 'See `windlass help checks`.');
  }
}
