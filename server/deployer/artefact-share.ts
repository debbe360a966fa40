/** Equal files of two releases take their space once. */

import { link, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestLines, pathOfFile } from './artefact-manifest.ts';

export interface SharePart {
  folder: string;
  manifest: string;
}

const mostLines = 200_000;

/**
 * Replaces packages' files of `fresh` by hard links to the equal ones of `kept`; answers the bytes' files shared.
 * Only below node_modules: a process that runs as root could write to its own files in spite of their mode, and such a
 * write must not reach another release.
 */
export async function shareFiles(fresh: SharePart, kept: SharePart): Promise<number> {
  const known = new Set<string>();
  for await (const line of manifestLines(kept.manifest)) {
    if (line.includes('node_modules/') && known.size < mostLines) known.add(Bun.hash(line).toString(36));
  }
  let shared = 0;
  for await (const line of manifestLines(fresh.manifest)) {
    if (!line.includes('node_modules/') || !known.has(Bun.hash(line).toString(36))) continue;
    const path = pathOfFile(line);
    if (path === null || !/(^|\/)node_modules\//.test(path)) continue;
    if (await shareOne(join(kept.folder, path), join(fresh.folder, path))) shared++;
  }
  return shared;
}

/** False where the file system has no hard links, or no more for this file. */
async function shareOne(from: string, to: string): Promise<boolean> {
  const beside = `${to}.windlass-link`;
  try {
    await link(from, beside);
  } catch {
    return false;
  }
  await rename(beside, to);
  return true;
}
