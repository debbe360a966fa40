/** The proxy's methods of the control socket: domains, holding traffic back, and rules. */

import { WindlassError } from '../../shared/errors.ts';
import { type ServiceKey, serviceKey } from '../../shared/proxy/backend.ts';
import type { Domain, TrafficState } from '../../shared/proxy/contract.ts';
import { parseHostPattern } from '../../shared/proxy/host-pattern.ts';
import type { Handlers } from '../kernel/feature.ts';
import { addRoute, removeRoute } from './host-claims.ts';
import type { ProxyEdge } from './proxy-edge.ts';
import { ruleHandlers } from './rules/rule-handlers.ts';
import type { RuleStore, StoredRules } from './rules/rule-store.ts';
import type { ServiceStore } from './service-store.ts';

export function proxyHandlers(
  store: ServiceStore,
  edge: ProxyEdge,
  rules: RuleStore,
  onTrusted: (ranges: readonly string[]) => void,
): Handlers {
  const domainsOf = (key: string): { domains: Domain[] } => ({
    domains: store.get(key).routes.map(({ origin, ...route }) => ({ ...route, given: origin === 'given' })),
  });
  const traffic = (key: string, event: Parameters<ProxyEdge['setTraffic']>[1]): { state: TrafficState } => {
    const state = edge.setTraffic(key, event);
    if (state.kind === 'stopped') {
      throw new WindlassError('conflict', `${key} is stopped`, {
        hint: 'Start it first; a stop is ended by `windlass start` or a deploy.',
      });
    }
    return { state: state.kind };
  };

  return {
    'domains.list': ({ app, environment }) => domainsOf(serviceKey(app, environment)),
    'domains.add': ({ app, environment, ...route }) => {
      const key = serviceKey(app, environment);
      addRoute(store, key, route);
      edge.restore();
      return domainsOf(key);
    },
    'domains.remove': ({ app, environment, host, pathPrefix }) => {
      const key = serviceKey(app, environment);
      mustNotBeCanonical(rules.rules(key), key, host);
      removeRoute(store, key, host, pathPrefix);
      edge.restore();
      return domainsOf(key);
    },
    'traffic.pause': ({ app, environment, maxPause }) =>
      traffic(serviceKey(app, environment), { kind: 'pause', maxPauseMs: maxPause * 1000 }),
    ...ruleHandlers(store, rules, () => edge.restore(), onTrusted),
    'traffic.resume': ({ app, environment }) => traffic(serviceKey(app, environment), { kind: 'resume' }),
  };
}

/** All other hosts lead to it: without it they would lead to nobody. */
function mustNotBeCanonical({ set }: StoredRules, key: ServiceKey, host: string): void {
  if (set.canonicalHost === undefined || set.canonicalHost !== parseHostPattern(host)) return;
  throw new WindlassError('conflict', `all hosts of ${key} lead to ${set.canonicalHost}`, {
    hint: `Take that away first: \`windlass rules ${key.split('/')[0]} clear canonicalHost\`.`,
  });
}
