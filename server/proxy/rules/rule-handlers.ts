/** The methods for rules, passwords and trusted proxies. */

import { WindlassError } from '../../../shared/errors.ts';
import { type ServiceKey, serviceKey } from '../../../shared/proxy/backend.ts';
import type { EnvironmentRules } from '../../../shared/proxy/contract.ts';
import { hostMatches, parseHostPattern } from '../../../shared/proxy/host-pattern.ts';
import { effectiveRules, type RouteRules, routeRules } from '../../../shared/proxy/rules.ts';
import type { Handlers } from '../../kernel/feature.ts';
import type { ServiceStore } from '../service-store.ts';
import type { RuleStore } from './rule-store.ts';
import { ServiceRules } from './service-rules.ts';
import { rangesOf } from './well-known-proxies.ts';

const noSecret = new Uint8Array(32);

/** `onChange`: rules on disk changed; `onTrusted` hears of the ranges that are trusted from now on. */
export function ruleHandlers(
  services: ServiceStore,
  store: RuleStore,
  onChange: () => void,
  onTrusted: (ranges: readonly string[]) => void,
): Pick<Handlers, 'rules.get' | 'rules.set' | 'rules.password' | 'trusted.list' | 'trusted.set'> {
  const shown = (key: ServiceKey): EnvironmentRules => {
    const { '': whole = [], ...places } = Object.groupBy(store.users(key), ({ path }) => path);
    const placeUsers = Object.entries(places).map(([path, own = []]) => ({
      path,
      users: own.map(({ user }) => user),
    }));
    return { ...store.rules(key), users: whole.map(({ user }) => user), placeUsers };
  };

  return {
    'rules.get': ({ app, environment }) => shown(services.get(serviceKey(app, environment)).key),
    'rules.set': ({ app, environment, rules, clear }) => {
      const key = serviceKey(app, environment);
      for (const name of clear) mustKnow(name);
      store.transaction(() => {
        const service = services.get(key);
        const before = store.rules(key);
        const left = Object.fromEntries(Object.entries(before.set).filter(([name]) => !clear.includes(name)));
        const set: RouteRules = { ...left, ...withCanonical(rules) };
        const effective = effectiveRules(before.file, set);
        new ServiceRules(key, effective, [], noSecret);
        mustLeadHere(effective, service.key, service.routes);
        store.put(key, 'set', set);
      });
      onChange();
      return shown(key);
    },
    'rules.password': ({ app, environment, path = '', user, password }) => {
      const key = serviceKey(app, environment);
      store.transaction(() => {
        services.get(key);
        if (password !== null) store.putPassword(key, { path, user, password });
        else if (!store.removePassword(key, path, user)) {
          const who = user === '' ? 'no password for everybody' : `no password of ${user}`;
          throw new WindlassError('not-found', `${key}${path} has ${who}`, {
            hint: `See \`windlass rules ${app}\` for what there is.`,
          });
        }
      });
      onChange();
      return shown(key);
    },
    'trusted.list': () => ({ ranges: store.trusted() }),
    'trusted.set': ({ ranges }) => {
      const all = rangesOf(ranges);
      store.putTrusted(all);
      onTrusted(all);
      return { ranges: all };
    },
  };
}

function mustKnow(name: string): void {
  if (name in routeRules.shape) return;
  throw new WindlassError('invalid', `there is no rule ${JSON.stringify(name.slice(0, 40))}`, {
    hint: `There are: ${Object.keys(routeRules.shape).join(', ')}.`,
  });
}

/** In the form hosts are compared in. */
function withCanonical(rules: RouteRules): RouteRules {
  if (rules.canonicalHost === undefined) return rules;
  return { ...rules, canonicalHost: parseHostPattern(rules.canonicalHost) };
}

/** Everybody would be sent away otherwise, to where nobody answers. */
function mustLeadHere(
  { canonicalHost }: RouteRules,
  key: ServiceKey,
  routes: readonly { host: string }[],
): void {
  if (canonicalHost === undefined || routes.some(({ host }) => hostMatches(host, canonicalHost))) return;
  const app = key.slice(0, key.indexOf('/'));
  throw new WindlassError('conflict', `${canonicalHost} is no domain of ${key}`, {
    hint: `Add it first: \`windlass domains ${app} add ${canonicalHost}\`.`,
  });
}
