/** How many deployments are before one that waits. Pure. */

import { isServing } from '../../shared/deployer/deployment.ts';
import type { DeploymentRow } from './deployment-store.ts';

/**
 * Undefined for one that does not wait. `unfinished` in the order they were asked for; `atOnce` of them run side by
 * side, one an environment; `building` is how many builds are before its own.
 */
export function aheadOf(
  row: DeploymentRow,
  unfinished: readonly DeploymentRow[],
  atOnce: number,
  building: number,
): number | undefined {
  if (row.phase !== 'queued') return building > 0 ? building : undefined;
  const before = unfinished
    .slice(
      0,
      Math.max(
        0,
        unfinished.findIndex((each) => each.id === row.id),
      ),
    )
    .filter((each) => !isServing(each.phase));
  const same = before.filter((each) => each.environmentId === row.environmentId).length;
  const ahead = Math.max(same, before.length - atOnce + 1);
  return ahead > 0 ? ahead : undefined;
}
