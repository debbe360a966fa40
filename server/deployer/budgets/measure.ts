/** How many bytes of the disk a folder really takes. */

import type { BigIntStats } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

export interface Measured {
  /** Bytes of whole disk blocks. */
  bytes: number;
  files: number;
  /** The newest change of a file or folder in it, ms since the epoch; 0 where there is none. */
  changedAt: number;
}

export const nothingThere: Measured = { bytes: 0, files: 0, changedAt: 0 };

/**
 * What is at `path`, a file or a folder; nothing where it is missing. Links are not followed. A file with several names
 * counts once over all calls with the same `seen`. What goes away meanwhile is not counted.
 */
export async function measure(
  path: string,
  seen: Set<string> = new Set(),
  signal?: AbortSignal,
): Promise<Measured> {
  const total = { ...nothingThere };
  await walk(path, total, seen, signal);
  return total;
}

async function walk(
  path: string,
  total: Measured,
  seen: Set<string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const found = await lstat(path, { bigint: true }).catch(() => null);
  if (found === null) return;
  count(found, total, seen);
  if (!found.isDirectory()) return;
  const folder = await opendir(path).catch(() => null);
  if (folder === null) return;
  try {
    for await (const entry of folder) await walk(join(path, entry.name), total, seen, signal);
  } catch (error) {
    if (signal?.aborted) throw error;
    // removed while it was read
  }
}

function count(found: BigIntStats, total: Measured, seen: Set<string>): void {
  if (found.nlink > 1n && !found.isDirectory()) {
    const name = `${found.dev}:${found.ino}`;
    if (seen.has(name)) return;
    seen.add(name);
  }
  total.bytes += Number(found.blocks) * 512;
  if (!found.isDirectory()) total.files += 1;
  total.changedAt = Math.max(total.changedAt, Number(found.mtimeMs));
}
