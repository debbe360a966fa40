/** Looks into files of a source tree, for presets that have to. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceTree } from './builder.ts';

/** More than that is no file a person wrote. */
const mostBytes = 512 * 1024;

/** The file's text, or an empty one where it is not there. */
export function textOf({ root }: SourceTree, path: string): string {
  const file = join(root, path);
  try {
    const found = statSync(file);
    return found.isFile() && found.size <= mostBytes ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}

/** Names in a folder of the tree; none where it is no folder. */
export function namesIn({ root }: SourceTree, path: string): string[] {
  const folder = join(root, path);
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** The command of `web:` in a Procfile. */
export function procfileWeb(tree: SourceTree): string | null {
  return /^web:\s*(.+)$/m.exec(textOf(tree, 'Procfile'))?.[1]?.trim() ?? null;
}
