/** The kind `releases`: built folders, of which live, warm and the newest ones stay. */

import { stat } from 'node:fs/promises';
import type { Clock } from '../../kernel/clock.ts';
import type { AppStore } from '../app-store.ts';
import type { ArtefactStore } from '../artefacts.ts';
import type { Fleet } from '../fleet.ts';
import { filesOf } from '../release-files.ts';
import type { ReleaseRow, ReleaseStore } from '../release-store.ts';
import type { DiskKind } from './disk-kind.ts';
import { measure } from './measure.ts';
import type { Budget, Item } from './surplus.ts';

/** Of each environment, so that there is always one to go back to. */
const newestKept = 2;

export function releaseKind(parts: {
  clock: Clock;
  apps: AppStore;
  releases: ReleaseStore;
  fleet: Fleet;
  artefacts: ArtefactStore;
  budget: Budget;
}): DiskKind {
  const { apps, releases, fleet, artefacts } = parts;

  /** Unpruned releases by the digest of their files, and the digests that stay. */
  const survey = () => {
    const users = new Map<string, { app: string; row: ReleaseRow }[]>();
    const held = new Set<string>();
    for (const app of apps.apps()) {
      const kept = releases.list(app.id).filter((row) => row.prunedAt === null);
      for (const row of kept) {
        for (const digest of filesOf(row)) {
          users.set(digest, [...(users.get(digest) ?? []), { app: app.name, row }]);
        }
      }
      for (const environment of apps.environments(app.id)) {
        const own = kept.filter((row) => row.environmentId === environment.id);
        own.forEach((row, index) => {
          const runs = fleet.members(environment.id, row.number).length > 0;
          if (index < newestKept || runs || environment.liveRelease === row.number) {
            for (const digest of filesOf(row)) held.add(digest);
          }
        });
      }
    }
    return { users, held };
  };

  return {
    name: 'releases',
    budget: parts.budget,
    async items(seen) {
      const { users, held } = survey();
      const items: Item[] = [];
      for (const { digest, bytes: told } of await artefacts.list()) {
        const own = users.get(digest) ?? [];
        const folder = artefacts.path(digest);
        const { bytes, files } = digest.startsWith('sha256:')
          ? { bytes: own[0]?.row.bytes ?? told, files: 0 }
          : await measure(folder, seen);
        const notes = await Promise.all(
          [`${folder}.json`, `${folder}.manifest`].map((file) => measure(file, seen)),
        );
        const made = await stat(`${folder}.json`).catch(() => null);
        const used = Math.max(0, ...own.map(({ row }) => row.createdAt));
        items.push({
          id: digest,
          app: own[0]?.app ?? null,
          bytes: notes.reduce((sum, each) => sum + each.bytes, bytes),
          files: notes.reduce((sum, each) => sum + each.files, files),
          // One that nobody uses may belong to a build that ends right now.
          usedAt: own.length > 0 ? used : Math.max(made?.mtimeMs ?? 0, made?.ctimeMs ?? 0),
          held: held.has(digest),
        });
      }
      return items;
    },
    async remove({ id }) {
      const { users, held } = survey();
      // It may have gone live again since it was looked at.
      if (held.has(id)) return;
      // Marked first: a release whose files are half gone must not be offered.
      for (const { row } of users.get(id) ?? [])
        releases.markPruned(row.appId, row.number, parts.clock.now());
      await artefacts.remove(id);
    },
  };
}
