/** Whether a folder holds source maps at all: a quick look, so that a release without them costs nothing more. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const mostFolders = 5000;

export async function hasMaps(root: string): Promise<boolean> {
  const folders = [root];
  for (let seen = 0; folders.length > 0 && seen < mostFolders; seen++) {
    const folder = folders.pop() ?? root;
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (entry.isFile() && entry.name.endsWith('.map')) return true;
      if (entry.isDirectory() && entry.name !== 'node_modules') folders.push(join(folder, entry.name));
    }
  }
  return false;
}
