/** Who may have which host and path: a host belongs to one app, a path prefix on it to one environment of that app. */

import { WindlassError } from '../../shared/errors.ts';
import type { Route, ServiceKey } from '../../shared/proxy/backend.ts';
import { parseHostPattern } from '../../shared/proxy/host-pattern.ts';
import { parsePathPrefix } from '../../shared/proxy/path-prefix.ts';
import type { ServiceStore, StoredRoute } from './service-store.ts';

/** Makes the service exist with `host` as its given host; the routes of windlass.json move along with it. */
export function giveHost(store: ServiceStore, key: ServiceKey, host: string): void {
  const given = parseHostPattern(host);
  store.transaction(() => {
    const before = store.find(key);
    if (before?.givenHost === given) return;
    const config = before?.routes.filter((route) => route.origin === 'config') ?? [];
    store.removeRoutesOf(key, 'given');
    store.removeRoutesOf(key, 'config');
    store.putService(key, given);
    claim(store, key, { host: given, pathPrefix: '/', stripPrefix: false, origin: 'given' });
    for (const route of config) claim(store, key, { ...route, host: given });
  });
}

/** Replaces what windlass.json asked for before. What was added by hand at the same place stays as it was added. */
export function setConfigRoutes(
  store: ServiceStore,
  key: ServiceKey,
  routes: readonly Pick<Route, 'pathPrefix' | 'stripPrefix'>[],
): void {
  store.transaction(() => {
    const { givenHost } = store.get(key);
    store.removeRoutesOf(key, 'config');
    for (const { pathPrefix, stripPrefix } of routes) {
      claim(store, key, {
        host: givenHost,
        pathPrefix: parsePathPrefix(pathPrefix),
        stripPrefix,
        origin: 'config',
      });
    }
  });
}

/** Adds a route by hand; adding one again changes whether its prefix is stripped. */
export function addRoute(store: ServiceStore, key: ServiceKey, route: Route): void {
  const host = parseHostPattern(route.host);
  const pathPrefix = parsePathPrefix(route.pathPrefix);
  store.transaction(() => {
    store.get(key);
    claim(store, key, { host, pathPrefix, stripPrefix: route.stripPrefix, origin: 'added' });
  });
}

export function removeRoute(store: ServiceStore, key: ServiceKey, host: string, pathPrefix: string): void {
  const parsed = { host: parseHostPattern(host), pathPrefix: parsePathPrefix(pathPrefix) };
  store.transaction(() => {
    const route = store
      .get(key)
      .routes.find((each) => each.host === parsed.host && each.pathPrefix === parsed.pathPrefix);
    const shown = place(parsed.host, parsed.pathPrefix);
    switch (route?.origin) {
      case undefined:
        throw new WindlassError('not-found', `${shown} is no domain of ${key}`, {
          hint: `See \`windlass domains ${appOf(key)} list\`.`,
        });
      case 'given':
        throw new WindlassError('conflict', `${shown} is the host ${key} was given and stays with it`, {
          hint: 'Add another host; visitors may use either.',
        });
      case 'config':
        throw new WindlassError('conflict', `${shown} comes from windlass.json`, {
          hint: 'Take it out of `routes` there and deploy again.',
        });
      case 'added':
        store.removeRoute(key, parsed.host, parsed.pathPrefix);
    }
  });
}

function claim(store: ServiceStore, key: ServiceKey, route: StoredRoute): void {
  const owner = store.endpointHosts().get(route.host);
  if (owner !== undefined) {
    throw new WindlassError('conflict', `host ${route.host} is used by the server's own ${owner}`, {
      hint: 'Choose another host, or remove it there first.',
    });
  }
  for (const other of store.routesOn(route.host)) {
    if (appOf(other.service) !== appOf(key)) {
      throw new WindlassError('conflict', `host ${route.host} is used by app ${appOf(other.service)}`, {
        hint: 'Choose another host, or remove it there first.',
      });
    }
    if (other.pathPrefix !== route.pathPrefix) continue;
    if (other.service !== key) {
      throw new WindlassError(
        'conflict',
        `${place(route.host, route.pathPrefix)} is used by ${other.service}`,
        { hint: 'Choose another path prefix, or remove it there first.' },
      );
    }
    if (rank[other.origin] < rank[route.origin]) return;
  }
  store.putRoute(key, route);
}

/** Of two routes of one service at the same place, the lower one stays. */
const rank = { given: 0, added: 1, config: 2 } as const;

function appOf(key: ServiceKey): string {
  return key.slice(0, key.indexOf('/'));
}

function place(host: string, pathPrefix: string): string {
  return pathPrefix === '/' ? host : `${host}${pathPrefix}`;
}
