/** What an exported app consists of beside its description: the files of a release and, if asked for, its volumes. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { addTree } from '../sources/pack-tree.ts';
import type { TarWriter } from '../sources/tar.ts';
import { releaseFolder, volumesFolder } from './manifest.ts';
import { putEntry } from './put-entry.ts';

export interface ExportContents {
  /** Names of the volumes that go along. */
  readonly volumes: readonly string[];
  addTo(tar: TarWriter): Promise<void>;
}

const everything = { leavesOut: () => false, mayBringBack: false };

/** `volumes`: the folder of the environment's volumes; null where they stay here. */
export async function folderContents(artefact: string, volumes: string | null): Promise<ExportContents> {
  const names = volumes === null ? [] : await readdir(volumes).catch((): string[] => []);
  names.sort();
  return {
    volumes: names,
    async addTo(tar) {
      await putEntry(tar, { name: `${releaseFolder}/`, type: 'directory', mode: 0o755 });
      await addTree(tar, artefact, releaseFolder, everything);
      for (const name of names) {
        await putEntry(tar, { name: `${volumesFolder}/${name}/`, type: 'directory', mode: 0o755 });
        await addTree(tar, join(volumes ?? '', name), `${volumesFolder}/${name}`, everything);
      }
    },
  };
}
