/** The budgets of the data folder, all parts joined. The figures are here. */

import type { Handlers } from '../../kernel/feature.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { AppStore } from '../app-store.ts';
import type { ArtefactStore } from '../artefacts.ts';
import type { BuildQueue } from '../builders/build-queue.ts';
import type { Fleet } from '../fleet.ts';
import type { ReleaseStore } from '../release-store.ts';
import { bytesKept } from '../retention.ts';
import { createBudgets } from './budgets.ts';
import type { DiskKind } from './disk-kind.ts';
import { folderKinds } from './folder-kinds.ts';
import { releaseKind } from './release-kind.ts';

export interface BudgetRoom {
  readonly handlers: Handlers;
  start(): void;
  stop(): Promise<void>;
}

const giga = 1024 ** 3;
const folderBudgets = {
  cache: { bytes: 2 * giga, days: 30 },
  logs: { bytes: giga / 16, days: 90 },
  uploads: { bytes: 8 * giga, days: 1 },
};

export function createBudgetRoom(
  kernel: Kernel,
  parts: {
    apps: AppStore;
    releases: ReleaseStore;
    fleet: Fleet;
    artefacts: ArtefactStore;
    builds: BuildQueue;
    freeBytes(): Promise<number>;
    freeFloor: number;
    /** Kinds beyond the data folder, e.g. images. */
    more?: readonly DiskKind[];
  },
): BudgetRoom {
  const { clock, events, paths } = kernel;
  const budgets = createBudgets({
    clock,
    events,
    log: kernel.log.child('budgets'),
    root: paths.root,
    kinds: [
      releaseKind({ ...parts, clock, budget: { bytes: bytesKept, days: 180 } }),
      ...folderKinds(paths, folderBudgets),
      ...(parts.more ?? []),
    ],
    betweenBuilds: (work, signal) => parts.builds.take('sweep', work, signal),
  });
  return {
    handlers: {
      'disk.report': async () => ({
        folder: paths.root,
        free: await parts.freeBytes(),
        floor: parts.freeFloor,
        ...(await budgets.report()),
      }),
      'disk.sweep': () => budgets.sweep(),
    },
    start: budgets.start,
    stop: budgets.stop,
  };
}
