/** A filter over requests, as SQL over the log and as a test of one that just ended. */

import { serviceKey } from '../../../shared/proxy/backend.ts';
import { matchPattern } from '../../../shared/proxy/path-pattern.ts';
import type { RequestFilter } from '../../../shared/proxy/requests-contract.ts';
import type { Cell } from '../../kernel/telemetry.ts';
import type { AccessEntry } from '../service.ts';

/** A condition for `WHERE`, never empty. */
export function filterSql(filter: RequestFilter): { where: string; params: Cell[] } {
  const parts: string[] = [];
  const params: Cell[] = [];
  const add = (sql: string, ...values: Cell[]) => {
    parts.push(sql);
    params.push(...values);
  };
  const { app, environment, status, method, path, host, client, release, slower } = filter;
  if (app !== undefined && environment !== undefined) add('service = ?', serviceKey(app, environment));
  else if (app !== undefined) add('service >= ? AND service < ?', `${app}/`, `${app}0`);
  else if (environment !== undefined) add("service LIKE '%/' || ?", environment);
  if (status?.endsWith('xx')) add('status / 100 = ?', Number(status[0]));
  else if (status !== undefined) add('status = ?', Number(status));
  if (method !== undefined) add('method = ?', method.toUpperCase());
  if (path !== undefined) addPath(path, add);
  if (host !== undefined) add('host = ?', host);
  if (client !== undefined) add('client = ?', client);
  if (release !== undefined) add('release = ?', release);
  if (slower !== undefined) add('ms >= ?', slower);
  return { where: parts.length === 0 ? 'true' : parts.join(' AND '), params };
}

export function fits(filter: RequestFilter, entry: AccessEntry): boolean {
  const { app, environment, status, method, path, host, client, release, slower } = filter;
  const [ofApp, ofEnvironment] = entry.service?.split('/') ?? [];
  return (
    (app === undefined || app === ofApp) &&
    (environment === undefined || environment === ofEnvironment) &&
    (status === undefined || matchesStatus(status, entry.status)) &&
    (method === undefined || method.toUpperCase() === entry.method) &&
    (path === undefined || matchPattern(path, pathOnly(entry.path)) !== null) &&
    (host === undefined || host === entry.host) &&
    (client === undefined || client === entry.client) &&
    (release === undefined || release === entry.release) &&
    (slower === undefined || entry.ms >= slower)
  );
}

export function pathOnly(path: string): string {
  const query = path.indexOf('?');
  return query === -1 ? path : path.slice(0, query);
}

function matchesStatus(wanted: string, status: number): boolean {
  return wanted.endsWith('xx') ? Math.floor(status / 100) === Number(wanted[0]) : status === Number(wanted);
}

/** Compared by characters, so that `%` and `_` in a path are no wildcards. */
function addPath(pattern: string, add: (sql: string, ...values: Cell[]) => void): void {
  const plain = pattern.replaceAll('*', '');
  if (pattern.startsWith('*')) add('substr(path, -length(?)) = ?', plain, plain);
  else if (pattern.endsWith('*')) add('substr(path, 1, length(?)) = ?', plain, plain);
  else add('path = ?', plain);
}
