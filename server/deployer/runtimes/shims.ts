/** A folder with `bun` and `node` in it, both being this very program, so that scripts with `#!/usr/bin/env node` run. */

import { mkdirSync, readlinkSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Makes the folder where it is not right yet, and answers its path. Whoever uses it sets `BUN_BE_BUN=1`. */
export function makeShims(folder: string, self: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  // The runtime looks at the name it is called by: as `node` it takes Node's options and finds Node's modules.
  for (const name of ['bun', 'bunx', 'node']) {
    const path = join(folder, name);
    if (targetOf(path) === self) continue;
    // renamed over the old one: an app starting right now finds one or the other
    const next = join(folder, `.${name}-${process.pid}`);
    symlinkSync(self, next);
    renameSync(next, path);
  }
  return folder;
}

function targetOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
