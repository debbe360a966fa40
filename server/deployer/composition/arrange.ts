/** Services in the order in which they are needed, and which of them end by themselves. Pure. */

import { WindlassError } from '../../../shared/errors.ts';
import type { Need } from './companion.ts';

interface Needy {
  readonly name: string;
  readonly needs: readonly Need[];
}

/** Those that are needed come first. Throws `invalid` for a circle. */
export function inOrder<T extends Needy>(services: readonly T[]): T[] {
  const byName = new Map(services.map((each) => [each.name, each]));
  const done = new Set<string>();
  const ordered: T[] = [];
  const visit = (service: T, path: readonly string[]) => {
    if (done.has(service.name)) return;
    if (path.includes(service.name)) {
      throw new WindlassError(
        'invalid',
        `services wait for each other: ${[...path, service.name].join(' -> ')}`,
        {
          hint: 'Take one of them out of the other\'s "depends_on".',
        },
      );
    }
    for (const { service: name } of service.needs) {
      const needed = byName.get(name);
      if (needed !== undefined) visit(needed, [...path, service.name]);
    }
    done.add(service.name);
    ordered.push(service);
  };
  for (const service of services) visit(service, []);
  return ordered;
}

/** Names of all that `needs` leads to. */
export function closure(needs: readonly Need[], services: readonly Needy[]): Set<string> {
  const found = new Set<string>();
  const visit = (each: readonly Need[]) => {
    for (const { service } of each) {
      if (found.has(service)) continue;
      found.add(service);
      visit(services.find(({ name }) => name === service)?.needs ?? []);
    }
  };
  visit(needs);
  return found;
}

/** Somebody waits for its completion, so it is started for that alone. */
export function isTask(name: string, services: readonly Needy[]): boolean {
  return services.some(({ needs }) =>
    needs.some((need) => need.service === name && need.condition === 'completed'),
  );
}
