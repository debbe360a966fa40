/** Which commits of a release may have brought an issue: those that touched the file it is thrown in. Pure. */

import type { Commit } from '../../shared/deployer/commit.ts';

export interface Suspect {
  id: string;
  author: string;
  at: number;
  subject: string;
  /** The file it touched, as the repository has it. */
  file: string;
}

const mostSuspects = 5;

/**
 * `files` are those of the stack's own frames, the innermost first; the first that any commit touched decides. Frames
 * name files as the app sees them (`/app/src/pay.ts`, `webpack://shop/./src/pay.ts`), repositories from their root.
 */
export function suspectsOf(files: readonly string[], commits: readonly Commit[]): Suspect[] {
  for (const file of files) {
    const suspects = commits.flatMap(({ files: touched, ...commit }) => {
      const found = touched.find((path) => isSame(file, path));
      return found === undefined ? [] : [{ ...commit, file: found }];
    });
    if (suspects.length > 0) return suspects.slice(0, mostSuspects);
  }
  return [];
}

/** Where the shorter of both is the end of the longer, or folder and name agree. One name alone, like `index.ts`, is no proof. */
function isSame(frame: string, path: string): boolean {
  const [seen, known] = [segmentsOf(frame), segmentsOf(path)];
  let same = 0;
  while (same < Math.min(seen.length, known.length) && seen.at(-1 - same) === known.at(-1 - same)) same++;
  return same >= 2 || (same === 1 && known.length === 1);
}

function segmentsOf(path: string): string[] {
  return path
    .replace(/[?#].*$/, '')
    .replace(/^[a-z][a-z+.-]*:\/{2,3}/i, '')
    .split(/[\\/]+/)
    .filter((part) => part !== '' && part !== '.' && part !== '..');
}
