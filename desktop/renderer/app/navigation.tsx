/** Moving between views on the History API. */

import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from 'react';
import { parseRoute, pathOf, type Route } from './route.ts';

export type Place = Exclude<Route, { kind: 'nowhere' }>;

const listeners = new Set<() => void>();
const current = () => `${location.pathname}${location.search}`;

export function go(place: Place, how: 'push' | 'replace' = 'push'): void {
  const path = pathOf(place);
  if (path === current()) return;
  history[how === 'push' ? 'pushState' : 'replaceState'](null, '', path);
  for (const tell of listeners) tell();
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(listen, current));
}

export function Go({
  to,
  onClick,
  ...rest
}: { to: Place } & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'>) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    event.preventDefault();
    go(to);
  };
  return <a {...rest} href={pathOf(to)} onClick={follow} />;
}

function listen(tell: () => void): () => void {
  listeners.add(tell);
  window.addEventListener('popstate', tell);
  return () => {
    listeners.delete(tell);
    window.removeEventListener('popstate', tell);
  };
}
