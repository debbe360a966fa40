/** Writes a folder as a tar stream, file by file, leaving out what it is told to. */

import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openTarWriter, type TarWriter } from './tar.ts';

export interface TreeFilter {
  leavesOut(path: string): boolean;
  /** True where something below a folder that is left out may still be wanted. */
  readonly mayBringBack: boolean;
}

/** `root`'s contents with paths relative to it. Links stay links. Destroy the stream to stop. */
export async function packTree(root: string, filter: TreeFilter): Promise<Readable> {
  const tar = await openTarWriter();
  add(tar, root, '', '', filter)
    .then(() => tar.finalize())
    .catch((error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))));
  return tar;
}

/** Adds `root`'s contents below the folder `prefix` of an archive that holds more. */
export function addTree(tar: TarWriter, root: string, prefix: string, filter: TreeFilter): Promise<void> {
  return add(tar, root, '', `${prefix}/`, filter);
}

async function add(
  tar: TarWriter,
  root: string,
  folder: string,
  prefix: string,
  filter: TreeFilter,
): Promise<void> {
  for (const child of (await readdir(join(root, folder))).sort()) {
    if (tar.destroyed) return;
    const path = folder === '' ? child : `${folder}/${child}`;
    const found = await lstat(join(root, path));
    const name = `${prefix}${path}`;
    const out = filter.leavesOut(path);
    if (found.isDirectory()) {
      if (!out) await entry(tar, { name, type: 'directory', mode: found.mode & 0o777 });
      if (!out || filter.mayBringBack) await add(tar, root, path, prefix, filter);
    } else if (out) {
      // left out
    } else if (found.isSymbolicLink()) {
      const linkname = await readlink(join(root, path));
      await entry(tar, { name, type: 'symlink', mode: 0o777, linkname });
    } else if (found.isFile()) {
      await file(tar, join(root, path), { name, size: found.size, mode: found.mode & 0o777 });
    }
  }
}

interface Head {
  name: string;
  type: 'directory' | 'symlink';
  mode: number;
  linkname?: string;
}

function entry(tar: TarWriter, head: Head): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry({ ...head, mtime: new Date(0) }, (error) => (error ? reject(error) : resolve()));
  });
}

async function file(
  tar: TarWriter,
  path: string,
  head: { name: string; size: number; mode: number },
): Promise<void> {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const into = tar.entry({ ...head, type: 'file', mtime: new Date(0) }, (error) =>
    error ? reject(error) : resolve(),
  );
  // A failure of the stream is also told to the callback; whoever is first counts.
  done.catch(() => undefined);
  await pipeline(createReadStream(path), into);
  await done;
}
