/** What a rollback will change, in words, before it is done. Pure. */

import type { Release } from '../../../../shared/deployer/model.ts';

export interface RollbackPlan {
  from: Release | null;
  to: Release;
  /** One sentence each. */
  changes: string[];
}

/** Releases one can go back to, the newest first. */
export function rollbackTargets(releases: readonly Release[]): Release[] {
  return releases
    .filter(({ state }) => state === 'warm' || state === 'cold')
    .sort((a, b) => b.number - a.number);
}

/** `to`: the wished release; else the newest that was before the live one. Null where there is none. */
export function planRollback(releases: readonly Release[], to: number | null): RollbackPlan | null {
  const live = releases.find(({ state }) => state === 'live') ?? null;
  const targets = rollbackTargets(releases);
  const target =
    to === null
      ? (targets.find(({ number }) => number < (live?.number ?? Number.POSITIVE_INFINITY)) ?? targets[0])
      : targets.find(({ number }) => number === to);
  if (target === undefined) return null;
  return {
    from: live,
    to: target,
    changes: [
      live === null
        ? `Release ${target.number} will answer every request.`
        : `Requests go to release ${target.number} in place of ${live.number}. Those under way finish where they began.`,
      target.state === 'warm'
        ? 'It still runs, so this takes well under a second.'
        : 'It has to be started and checked first; until then nothing changes.',
      'Its code and its variables are those it was made with. Data in volumes stays as it is.',
      ...(live === null ? [] : [`Release ${live.number} is kept: you can go back to it the same way.`]),
    ],
  };
}
