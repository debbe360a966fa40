/** Secrets as files of this machine, mounted into containers: in memory where that can be, and gone with the container. */

import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstanceSpec } from '../runtimes/runtime.ts';
import { createTurns } from '../turns.ts';

export interface SecretFiles {
  /** Writes those of the instance; where each has to appear. */
  write(spec: Pick<InstanceSpec, 'id' | 'files'>): Promise<{ from: string; to: string }[]>;
  remove(instance: string): Promise<void>;
  /** Removes those of every instance that is not in `keep`. */
  keepOnly(keep: ReadonlySet<string>): Promise<void>;
}

/** `folder` is made when the first secret is written. */
export function createSecretFiles(folder: string): SecretFiles {
  // One that is started again has the same name: its old files are gone before its new ones come.
  const turns = createTurns<string>();
  const removeNow = (instance: string) => rm(join(folder, instance), { recursive: true, force: true });
  const remove = (instance: string) => turns.take(instance, () => removeNow(instance));

  const writeNow = async ({ id, files = [] }: Pick<InstanceSpec, 'id' | 'files'>) => {
    await removeNow(id);
    const own = join(folder, id);
    // Nobody passes the folder; inside a container each file is there for whichever user the app runs as.
    await mkdir(own, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    return Promise.all(
      files.map(async ({ path, text }, index) => {
        const from = join(own, String(index));
        await writeFile(from, text, { mode: 0o444 });
        await chmod(from, 0o444);
        return { from, to: path };
      }),
    );
  };

  return {
    remove,
    async write(spec) {
      if (spec.files === undefined || spec.files.length === 0) return [];
      return turns.take(spec.id, () => writeNow(spec));
    },
    async keepOnly(keep) {
      const found = await readdir(folder).catch((): string[] => []);
      await Promise.all(found.filter((instance) => !keep.has(instance)).map(remove));
    },
  };
}
