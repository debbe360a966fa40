/** Deletes the files of releases that are past keeping, and files that no release uses any more. */

import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { AppStore } from './app-store.ts';
import type { ArtefactStore } from './artefacts.ts';
import type { Fleet } from './fleet.ts';
import { filesOf } from './release-files.ts';
import type { ReleaseStore } from './release-store.ts';
import { toPrune } from './retention.ts';

export interface Pruner {
  /** In the background; a failure is logged and made up for the next time. */
  prune(appId: number): void;
  /** Removes artefacts that no release uses. */
  dropUnused(): Promise<void>;
}

export function createPruner(parts: {
  clock: Clock;
  log: Log;
  apps: AppStore;
  releases: ReleaseStore;
  fleet: Fleet;
  artefacts: ArtefactStore;
}): Pruner {
  const { clock, log, apps, releases, fleet, artefacts } = parts;

  const pruneNow = async (appId: number) => {
    const kept = releases.list(appId).filter((release) => release.prunedAt === null);
    const live = new Set(apps.environments(appId).map((environment) => environment.liveRelease));
    const held = kept
      .filter(
        ({ environmentId, number }) => live.has(number) || fleet.members(environmentId, number).length > 0,
      )
      .map(({ number }) => number);
    const doomed = new Set(toPrune(kept, new Set(held)));
    for (const release of kept) {
      if (!doomed.has(release.number)) continue;
      // Marked first: a release whose files are half gone must not be offered.
      releases.markPruned(appId, release.number, clock.now());
      for (const digest of filesOf(release)) {
        if (!releases.uses(digest)) await artefacts.remove(digest);
      }
    }
  };

  return {
    prune: (appId) =>
      void pruneNow(appId).catch((error: unknown) => log.error('pruning releases failed', { error })),
    async dropUnused() {
      for (const { digest } of await artefacts.list()) {
        if (!releases.uses(digest)) await artefacts.remove(digest);
      }
    },
  };
}
