/** The key of local copies where no system keeps secrets for us: a file only its owner may read. */

import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export function keyFrom(path: string): () => Promise<Buffer> {
  let known: Promise<Buffer> | null = null;
  const load = async () => {
    const found = await readFile(path).catch(() => null);
    if (found?.length === 32) return found;
    const key = randomBytes(32);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(`${path}.new`, key, { mode: 0o600 });
    await chmod(`${path}.new`, 0o600);
    await rename(`${path}.new`, path);
    return key;
  };
  return () => {
    known ??= load();
    return known;
  };
}
