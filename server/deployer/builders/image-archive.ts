/** An image as `docker save` writes it, unpacked: recognised, and made ready to be loaded without any name. */

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { SourceTree } from './builder.ts';

const manifest = z.array(
  z.looseObject({ Config: z.string(), RepoTags: z.optional(z.unknown()), Layers: z.array(z.string()) }),
);
const index = z.looseObject({ manifests: z.array(z.looseObject({ annotations: z.optional(z.unknown()) })) });

export async function isImageArchive({ root, entries }: SourceTree): Promise<boolean> {
  if (!entries.has('manifest.json') || entries.has('package.json')) return false;
  return (await readJson(join(root, 'manifest.json'), manifest)) !== null;
}

/**
 * Takes the names out of the archive: loading one called `nginx:latest` would take that name from an image that
 * somebody else on the machine relies on. Both the older format and OCI's index carry names.
 */
export async function withoutNames({ root }: SourceTree): Promise<void> {
  const images = await readJson(join(root, 'manifest.json'), manifest);
  if (images !== null) {
    const nameless = images.slice(0, 1).map((each) => ({ ...each, RepoTags: null }));
    await writeFile(join(root, 'manifest.json'), JSON.stringify(nameless));
  }
  await rm(join(root, 'repositories'), { force: true });
  const found = await readJson(join(root, 'index.json'), index);
  if (found !== null) {
    const manifests = found.manifests.map(({ annotations: _names, ...each }) => each);
    await writeFile(join(root, 'index.json'), JSON.stringify({ ...found, manifests }));
  }
}

async function readJson<T>(path: string, shape: z.ZodMiniType<T>): Promise<T | null> {
  try {
    const parsed = z.safeParse(shape, JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
