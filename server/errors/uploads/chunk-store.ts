/** Parts of uploads on disk, each named by its SHA-1, until they are put together. */

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface ChunkStore {
  /** Says whether it is what its name says, and there is room. */
  put(project: number, sha1: string, bytes: Uint8Array): Promise<boolean>;
  missing(project: number, chunks: readonly string[]): string[];
  /** Into one file, whose path it answers; null where the whole is not what `sha1` says. The caller deletes it. */
  assemble(project: number, sha1: string, chunks: readonly string[]): Promise<string | null>;
  forget(project: number, chunks: readonly string[]): Promise<void>;
}

/** Of parts that wait, for each project. */
const mostBytes = 512 * 1024 ** 2;
const keepMs = 86_400_000;
export const sha1Form = /^[0-9a-f]{40}$/;

export function createChunkStore(root: string, now: () => number): ChunkStore {
  const folderOf = (project: number) => join(root, String(project));
  const pathOf = (project: number, sha1: string) => join(folderOf(project), sha1);
  return {
    async put(project, sha1, bytes) {
      if (!sha1Form.test(sha1) || createHash('sha1').update(bytes).digest('hex') !== sha1) return false;
      const folder = folderOf(project);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if ((await sizeAfterSweep(folder, now() - keepMs)) + bytes.length > mostBytes) return false;
      const fresh = join(folder, `${sha1}.${crypto.randomUUID()}.new`);
      await writeFile(fresh, bytes, { flush: true, mode: 0o600 });
      await rename(fresh, pathOf(project, sha1));
      return true;
    },
    missing: (project, chunks) => [...new Set(chunks)].filter((sha1) => !existsSync(pathOf(project, sha1))),
    async assemble(project, sha1, chunks) {
      const path = join(folderOf(project), `${sha1}.${crypto.randomUUID()}.whole`);
      const hash = createHash('sha1');
      const parts = async function* () {
        for (const chunk of chunks) {
          for await (const bytes of createReadStream(pathOf(project, chunk))) {
            hash.update(bytes);
            yield bytes;
          }
        }
      };
      let whole = false;
      try {
        await pipeline(parts, createWriteStream(path, { mode: 0o600 }));
        whole = hash.digest('hex') === sha1;
      } finally {
        if (!whole) await rm(path, { force: true });
      }
      return whole ? path : null;
    },
    async forget(project, chunks) {
      for (const chunk of chunks) await rm(pathOf(project, chunk), { force: true });
    },
  };
}

/** Uploads that were given up go after a day. */
async function sizeAfterSweep(folder: string, before: number): Promise<number> {
  let sum = 0;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found === null) continue;
    if (found.mtimeMs < before) await rm(path, { force: true });
    else sum += found.size;
  }
  return sum;
}
