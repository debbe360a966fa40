/** What the folder of errors takes on disk besides the files of events. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** index.db with its log, source maps, uploads under way: everything whose name does not begin with `events-`. */
export function bytesBesideEvents(folder: string): number {
  let sum = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || entry.name.startsWith('events-')) continue;
    sum += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return sum;
}
