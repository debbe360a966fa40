/** Which view a path names, and back. Pure. */

export type Tab = 'overview' | 'deployments' | 'logs' | 'settings';
export const tabs: readonly Tab[] = ['overview', 'deployments', 'logs', 'settings'];

export type Route =
  | { kind: 'servers' }
  | { kind: 'add-server' }
  | { kind: 'server'; server: string }
  | { kind: 'setup'; server: string }
  | { kind: 'app'; server: string; app: string; environment: string; tab: Tab }
  | { kind: 'deployment'; server: string; app: string; environment: string; deployment: string }
  | { kind: 'nowhere'; path: string };

const production = 'production';

/** `url` is a path with a query. Never throws. */
export function parseRoute(url: string): Route {
  const [path = '', query = ''] = url.split('?');
  const nowhere: Route = { kind: 'nowhere', path };
  let parts: string[];
  try {
    parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return nowhere;
  }
  const environment = new URLSearchParams(query).get('env') ?? production;
  const [first, server, kind, app, tab, deployment, ...more] = parts;
  if (first === undefined || first === 'index.html') return { kind: 'servers' };
  if (first === 'add' && server === undefined) return { kind: 'add-server' };
  if (first !== 'servers' || more.length > 0) return nowhere;
  if (server === undefined) return { kind: 'servers' };
  if (kind === undefined) return { kind: 'server', server };
  if (kind === 'setup' && app === undefined) return { kind: 'setup', server };
  if (kind !== 'apps' || app === undefined) return nowhere;
  if (tab === 'deployments' && deployment !== undefined) {
    return { kind: 'deployment', server, app, environment, deployment };
  }
  const known = tabs.find((each) => each === (tab ?? 'overview'));
  if (known === undefined || deployment !== undefined) return nowhere;
  return { kind: 'app', server, app, environment, tab: known };
}

export function pathOf(route: Exclude<Route, { kind: 'nowhere' }>): string {
  const part = encodeURIComponent;
  switch (route.kind) {
    case 'servers':
      return '/servers';
    case 'add-server':
      return '/add';
    case 'server':
      return `/servers/${part(route.server)}`;
    case 'setup':
      return `/servers/${part(route.server)}/setup`;
    case 'app':
    case 'deployment': {
      const query = route.environment === production ? '' : `?env=${part(route.environment)}`;
      const end =
        route.kind === 'deployment'
          ? `/deployments/${part(route.deployment)}`
          : route.tab === 'overview'
            ? ''
            : `/${route.tab}`;
      return `/servers/${part(route.server)}/apps/${part(route.app)}${end}${query}`;
    }
  }
}
