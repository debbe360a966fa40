/** Files of the source that a Compose file names: found inside the app's folder, or refused. */

import { lstat, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Faults } from './faults.ts';

export interface Place {
  line: number;
  key: string;
}

export interface SourceFiles {
  /** The path inside the folder, or null where it leads outside or to nothing; then it was refused. */
  find(path: string, place: Place): Promise<{ path: string; isFolder: boolean } | null>;
  refuse(place: Place, why: string): void;
  /** The text of a file; null as above, or where it is not there and need not be. */
  read(path: string, place: Place, required: boolean): Promise<string | null>;
}

const mostBytes = 1024 * 1024;

export function createSourceFiles(root: string, base: string, faults: Faults): SourceFiles {
  const inside = (path: string, { line, key }: Place): string | null => {
    const found = posix.normalize(posix.join(base, path)).replace(/\/$/, '');
    if (!path.startsWith('/') && found !== '..' && !found.startsWith('../')) return found;
    faults.refuse(line, key, `names ${path}, which is outside the app's folder`);
    return null;
  };
  const missing = (path: string, { line, key }: Place) =>
    faults.refuse(
      line,
      key,
      `names ${path}, which is not among the files that were sent`,
      'Check the path, and .gitignore and .windlassignore.',
    );
  return {
    refuse: ({ line, key }, why) => faults.refuse(line, key, why),
    async find(path, place) {
      const found = inside(path, place);
      if (found === null) return null;
      const state = await lstat(join(root, found)).catch(() => null);
      if (state === null) missing(path, place);
      return state === null ? null : { path: found, isFolder: state.isDirectory() };
    },
    async read(path, place, required) {
      const found = inside(path, place);
      if (found === null) return null;
      const state = await lstat(join(root, found)).catch(() => null);
      if (state?.isFile() === true && state.size <= mostBytes) return readFile(join(root, found), 'utf8');
      if (required) missing(path, place);
      return null;
    },
  };
}
