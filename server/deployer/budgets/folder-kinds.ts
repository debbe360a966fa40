/** The kinds that are folders of the data folder: caches, logs, uploads, volumes, and what never goes by itself. */

import type { Dirent } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataPaths } from '../../kernel/data-dir.ts';
import type { DiskKind } from './disk-kind.ts';
import { measure } from './measure.ts';
import type { Budget, Item } from './surplus.ts';

/** Every kind but releases. `buildCaches` is what the builder keeps of an app between builds. */
export function folderKinds(
  paths: DataPaths,
  budgets: { cache: Budget; logs: Budget; uploads: Budget },
): DiskKind[] {
  return [
    cacheKind(paths.cache, budgets.cache),
    whole('node versions', join(paths.cache, nodeFolder), 'children'),
    logKind(paths.logs, budgets.logs),
    whole('volumes', paths.volumes, 'apps'),
    uploadKind(paths.uploads, budgets.uploads),
    whole('telemetry', paths.telemetry, 'one'),
    whole('analytics', paths.analytics, 'one'),
    whole('uptime', paths.uptime, 'one'),
    whole('errors', paths.errors, 'one'),
    whole('replays', paths.replays, 'one'),
    whole('running builds', paths.builds, 'children'),
    whole('running instances', paths.run, 'one'),
    controlKind(paths),
  ];
}

/** Below the cache folder, beside the folders of apps. */
const nodeFolder = 'node';

/** One item a package, so that what is old goes and what every build uses stays. */
function cacheKind(root: string, budget: Budget): DiskKind {
  return {
    name: 'build cache',
    budget,
    async items(seen) {
      const items: Item[] = [];
      for (const app of await namesIn(root)) {
        if (app === nodeFolder) continue;
        for (const part of await namesIn(join(root, app))) {
          const inside = await namesIn(join(root, app, part));
          if (inside.length === 0)
            items.push(await itemOf(root, join(app, part), app, seen, part === lastArtefact));
          for (const name of inside) items.push(await itemOf(root, join(app, part, name), app, seen, false));
        }
      }
      return items;
    },
    remove: (item) => rm(join(root, item.id), { recursive: true, force: true }),
  };
}

/** A few bytes by which the next build shares files with the last. */
const lastArtefact = 'last-artefact';

/** The logs keep to their bytes by themselves, whenever a segment is full; here they only grow too old. */
function logKind(root: string, budget: Budget): DiskKind {
  return {
    name: 'logs',
    budget,
    async items(seen) {
      const items: Item[] = [];
      for (const app of await namesIn(root)) {
        for (const folder of await foldersBelow(join(root, app))) {
          const own: Item[] = [];
          for (const entry of await entriesIn(folder)) {
            if (!entry.isFile()) continue;
            own.push(await itemOf(root, join(folder, entry.name).slice(root.length + 1), app, seen, false));
          }
          // The newest file of a log is being written, or is what a crashed instance said last.
          const newest = own.toSorted((a, b) => b.usedAt - a.usedAt)[0];
          items.push(...own.map((item) => (item === newest ? { ...item, held: true } : item)));
        }
      }
      return items;
    },
    remove: (item) => rm(join(root, item.id), { force: true }),
  };
}

function uploadKind(root: string, budget: Budget): DiskKind {
  return {
    name: 'uploads',
    budget,
    items: async (seen) =>
      Promise.all(
        (await namesIn(root)).map((name) => itemOf(root, name, null, seen, name.endsWith('.part'))),
      ),
    remove: (item) => rm(join(root, item.id), { force: true }),
  };
}

/** A folder of which nothing is removed by itself. `split`: one item for each folder in it, as an app's or not. */
function whole(name: string, root: string, split: 'one' | 'apps' | 'children'): DiskKind {
  return {
    name,
    budget: null,
    async items(seen) {
      if (split === 'one') return [await itemOf(root, '.', null, seen, true)];
      const names = await namesIn(root);
      return Promise.all(names.map((each) => itemOf(root, each, split === 'apps' ? each : null, seen, true)));
    },
  };
}

/** The files of the data folder itself: control.db, its backups, the key. */
function controlKind(paths: DataPaths): DiskKind {
  return {
    name: 'control',
    budget: null,
    async items(seen) {
      const files = (await entriesIn(paths.root)).filter((entry) => !entry.isDirectory());
      return Promise.all(files.map((entry) => itemOf(paths.root, entry.name, null, seen, true)));
    },
  };
}

async function itemOf(
  root: string,
  path: string,
  app: string | null,
  seen: Set<string>,
  held: boolean,
): Promise<Item> {
  const full = join(root, path);
  const { bytes, files } = await measure(full, seen);
  const found = await lstat(full).catch(() => null);
  // Where the disk notes when something was read, that counts as use too.
  return { id: path, app, bytes, files, usedAt: Math.max(found?.mtimeMs ?? 0, found?.atimeMs ?? 0), held };
}

const entriesIn = (folder: string): Promise<Dirent[]> =>
  readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
const namesIn = async (folder: string) => (await entriesIn(folder)).map((entry) => entry.name);

async function foldersBelow(folder: string): Promise<string[]> {
  const inside = (await entriesIn(folder)).filter((entry) => entry.isDirectory());
  const below = await Promise.all(inside.map((entry) => foldersBelow(join(folder, entry.name))));
  return [folder, ...below.flat()];
}
