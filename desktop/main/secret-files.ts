/** Sealed secrets as files of the desktop's folder. */

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretFiles } from './secret-store.ts';

/** Names are the desktop's own, never a person's. */
export function secretFilesIn(folder: string): SecretFiles {
  const path = (name: string) => join(folder, `${name}.sealed`);
  return {
    read: (name) => readFile(path(name)).catch(() => null),
    async write(name, sealed) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(`${path(name)}.new`, sealed, { mode: 0o600 });
      await rename(`${path(name)}.new`, path(name));
    },
    remove: (name) => rm(path(name), { force: true }),
  };
}
