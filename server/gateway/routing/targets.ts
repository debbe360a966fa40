/** Where a call may go, in the order to try. Pure: chance and past speeds are arguments. */

import type { AiAlias } from '../../../shared/gateway/contract.ts';
import type { SnapshotProvider } from '../config/snapshot.ts';
import { matchesAny } from '../glob.ts';
import { providers as kinds } from '../providers/registry.ts';

export interface Target {
  readonly provider: SnapshotProvider;
  /** As the provider calls it. */
  readonly model: string;
}

export interface Route {
  readonly targets: readonly Target[];
  readonly firstTokenMs: number;
  readonly totalMs: number;
}

const mostKnown = 1000;
/** As long as the official SDKs wait. */
export const usualTimes = { firstTokenMs: 120_000, totalMs: 600_000 };

export interface Circumstances {
  readonly providers: readonly SnapshotProvider[];
  readonly aliases: readonly AiAlias[];
  /** What was found before by a model's own name; of these very providers. */
  readonly direct: Map<string, readonly Target[]>;
  /** From 0 up to 1. */
  random(): number;
  /** ms to the first token of late; null where nothing is known. */
  speed(provider: string, model: string): number | null;
}

/** Null where nobody has the model. */
export function routeFor(model: string, now: Circumstances): Route | null {
  const alias = now.aliases.find(({ name }) => name === model);
  if (alias !== undefined) return aliasRoute(alias, now);
  let targets = now.direct.get(model);
  if (targets === undefined) {
    if (now.direct.size >= mostKnown) now.direct.clear();
    targets = directTargets(model, now.providers);
    now.direct.set(model, targets);
  }
  return targets.length === 0 ? null : { targets, ...usualTimes };
}

/**
 * `provider/model` names both. Else the first provider whose list has the model, then the first whose kind is known for
 * it, then the only one there is.
 */
function directTargets(model: string, all: readonly SnapshotProvider[]): Target[] {
  const slash = model.indexOf('/');
  const named = slash < 0 ? undefined : all.find(({ name }) => name === model.slice(0, slash));
  if (named !== undefined) return [{ provider: named, model: model.slice(slash + 1) }];
  const listed = all.filter(({ models }) => matchesAny(models, model));
  const known = all.filter(
    ({ models, kind }) => models.length === 0 && matchesAny(kinds[kind].models, model),
  );
  const found = listed.length > 0 ? listed : known;
  const [only] = all;
  if (found.length === 0 && all.length === 1 && only !== undefined && only.models.length === 0) {
    return [{ provider: only, model }];
  }
  return found.map((provider) => ({ provider, model }));
}

function aliasRoute(alias: AiAlias, now: Circumstances): Route | null {
  const target = (named: { provider: string; model: string }): Target | null => {
    const provider = now.providers.find(({ name }) => name === named.provider);
    return provider === undefined ? null : { provider, model: named.model };
  };
  const weighed = alias.targets.flatMap((each) => {
    const found = target(each);
    return found === null ? [] : [{ target: found, weight: each.weight }];
  });
  if (weighed.length === 0) return null;
  return {
    targets: ordered(alias.strategy, weighed, now),
    firstTokenMs: alias.firstTokenMs,
    totalMs: alias.totalMs,
  };
}

interface Weighed {
  target: Target;
  weight: number;
}

function ordered(strategy: AiAlias['strategy'], weighed: readonly Weighed[], now: Circumstances): Target[] {
  switch (strategy) {
    case 'order':
      return weighed.map(({ target }) => target);
    case 'weighted': {
      // Drawn one after another, so that the fallbacks are by weight, too. Weight 0 is only ever a fallback.
      const left = [...weighed];
      const drawn: Target[] = [];
      while (left.length > 0) {
        const total = left.reduce((sum, { weight }) => sum + weight, 0);
        let point = now.random() * total;
        const isDrawn = ({ weight }: Weighed) => {
          point -= weight;
          return point < 0;
        };
        const at = total === 0 ? 0 : left.findIndex(isDrawn);
        const [next] = left.splice(Math.max(0, at), 1);
        if (next !== undefined) drawn.push(next.target);
      }
      return drawn;
    }
    case 'fastest':
      // Whoever is not known yet gets to show it.
      return weighed
        .map(({ target }) => ({ target, ms: now.speed(target.provider.name, target.model) ?? -1 }))
        .sort((one, other) => one.ms - other.ms)
        .map(({ target }) => target);
  }
}
