/** Which view a path names, and back. Pure. */

/** Views of an app, in the order of their tabs; `pages.tsx` says what draws each. */
export const tabs = [
  // Each a line in `pages.tsx`, too.
  'overview',
  'deployments',
  'analytics',
  'errors',
  'replays',
  'logs',
  'traffic',
  'rules',
  'terminal',
  'settings',
] as const;
export type Tab = (typeof tabs)[number];

/** Views of a server besides its overview, in the order of their tabs; `pages.tsx` says what draws each. */
export const serverPages = [
  // Each a line in `pages.tsx`, too.
  'domains',
  'disk',
  'vitals',
  'checks',
  'incidents',
  'notifications',
  'status-pages',
  'ai',
] as const;
export type ServerPageName = (typeof serverPages)[number];

export type Route =
  | { kind: 'servers' }
  | { kind: 'add-server' }
  /** A recording that lies on this computer. */
  | { kind: 'replay-file' }
  | { kind: 'server'; server: string }
  | { kind: 'setup'; server: string }
  /** `sub`: what the page itself shows, as parts of the path behind it; one issue of many, say. */
  | { kind: 'server-page'; server: string; page: ServerPageName; sub?: readonly string[] }
  | { kind: 'app'; server: string; app: string; environment: string; tab: Tab; sub?: readonly string[] }
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
  const [first, server, kind, ...rest] = parts;
  if (first === undefined || first === 'index.html') return { kind: 'servers' };
  if (first === 'add' && server === undefined) return { kind: 'add-server' };
  if (first === 'replay-file' && server === undefined) return { kind: 'replay-file' };
  if (first !== 'servers') return nowhere;
  if (server === undefined) return { kind: 'servers' };
  if (kind === undefined) return { kind: 'server', server };
  if (kind === 'setup' && rest.length === 0) return { kind: 'setup', server };
  const page = serverPages.find((each) => each === kind);
  if (page !== undefined) return { kind: 'server-page', server, page, ...subOf(rest) };
  const [app, wanted = 'overview', ...sub] = rest;
  const tab = tabs.find((each) => each === wanted);
  if (kind !== 'apps' || app === undefined || tab === undefined) return nowhere;
  const at = { server, app, environment };
  const [deployment] = sub;
  if (tab !== 'deployments' || deployment === undefined) return { kind: 'app', ...at, tab, ...subOf(sub) };
  return sub.length > 1 ? nowhere : { kind: 'deployment', ...at, deployment };
}

export function pathOf(route: Exclude<Route, { kind: 'nowhere' }>): string {
  const part = encodeURIComponent;
  switch (route.kind) {
    case 'servers':
      return '/servers';
    case 'add-server':
      return '/add';
    case 'replay-file':
      return '/replay-file';
    case 'server':
      return `/servers/${part(route.server)}`;
    case 'setup':
      return `/servers/${part(route.server)}/setup`;
    case 'server-page':
      return `/servers/${part(route.server)}/${route.page}${below(route.sub)}`;
    case 'app':
    case 'deployment': {
      const query = route.environment === production ? '' : `?env=${part(route.environment)}`;
      const end =
        route.kind === 'deployment'
          ? `/deployments/${part(route.deployment)}`
          : route.tab === 'overview' && route.sub === undefined
            ? ''
            : `/${route.tab}${below(route.sub)}`;
      return `/servers/${part(route.server)}/apps/${part(route.app)}${end}${query}`;
    }
  }
}

function subOf(parts: readonly string[]): { sub?: readonly string[] } {
  return parts.length === 0 ? {} : { sub: parts };
}

function below(sub: readonly string[] = []): string {
  return sub.map((each) => `/${encodeURIComponent(each)}`).join('');
}
