/** Whether the compiled file is what the sources would make now. */

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cache, root, windlassFile } from '../root.ts';

const stamp = join(cache, 'build-inputs');

/** SHA-256 over everything that goes into the file: sources, resources, the lock, the compiler, how it is called. */
export async function hashInputs(): Promise<string> {
  const hash = new Bun.CryptoHasher('sha256');
  hash.update(`${Bun.version} ${process.platform} ${process.arch}\n`);
  const paths = ['package.json', 'package-lock.json'];
  for (const pattern of ['{server,shared,sdk}/**/*', 'resources/**/*', 'tools/build/*.ts']) {
    for await (const path of new Bun.Glob(pattern).scan({ cwd: root, onlyFiles: true })) {
      if (!path.endsWith('.test.ts')) paths.push(path);
    }
  }
  for (const path of paths.sort()) {
    const file = Bun.file(join(root, path));
    if (!(await file.exists())) continue;
    hash.update(`${path}\0${file.size}\0`);
    hash.update(await file.arrayBuffer());
  }
  return hash.digest('hex');
}

export async function isFresh(inputs: string): Promise<boolean> {
  if (!existsSync(windlassFile)) return false;
  const made = await Bun.file(stamp)
    .text()
    .catch(() => '');
  return made === stampOf(inputs);
}

export async function markFresh(inputs: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  await Bun.write(stamp, stampOf(inputs));
}

/** The size tells an interrupted or replaced file from the one that was made. */
function stampOf(inputs: string): string {
  return `${inputs} ${Bun.file(windlassFile).size}`;
}
