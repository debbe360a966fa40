/** Takes packages out of node_modules that only the build needed. */

import { copyFile, lstat, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { SourceTree } from './builder.ts';

export interface PruneParts {
  tree: SourceTree;
  /** An empty scratch folder on the same file system. */
  scratch: string;
  /** Runs a step in `cwd`; throws where it fails. */
  run(argv: string[], cwd: string): Promise<void>;
}

const copied = ['package.json', 'bun.lock', 'bun.lockb', '.npmrc', 'bunfig.toml'];
const packageVersion = z.object({ version: z.optional(z.string()) });
const manifestShape = z.looseObject({
  workspaces: z.optional(z.unknown()),
  patchedDependencies: z.optional(z.unknown()),
});

/**
 * Installs the production packages beside, then deletes from node_modules what is not among them: packages stay as the
 * build left them, with what it generated inside. Answers how many went; 0 where the two cannot be compared safely.
 */
export async function pruneDevelopment({ tree, scratch, run }: PruneParts): Promise<number> {
  if (!(await isComparable(tree))) return 0;
  await mkdir(scratch, { recursive: true });
  for (const name of copied) {
    if ((await stat(join(tree.root, name)).catch(() => null)) !== null) {
      await copyFile(join(tree.root, name), join(scratch, name));
    }
  }
  await run(['bun', 'install', '--production', '--ignore-scripts', '--no-summary'], scratch);
  const everything = await packagesOf(join(tree.root, 'node_modules'));
  const production = await packagesOf(join(scratch, 'node_modules'));
  if (everything === null || production === null) return 0;
  for (const [path, version] of production) if (everything.get(path) !== version) return 0;
  const surplus = [...everything.keys()].filter((path) => !production.has(path));
  for (const path of surplus)
    await rm(join(tree.root, 'node_modules', path), { recursive: true, force: true });
  await removeDeadLinks(join(tree.root, 'node_modules', '.bin'));
  return surplus.length;
}

/** Local packages and patches are resolved relative to the app's folder. */
async function isComparable(tree: SourceTree): Promise<boolean> {
  const text = await readFile(join(tree.root, 'package.json'), 'utf8');
  const parsed = z.safeParse(manifestShape, JSON.parse(text.replace(/^\uFEFF/, '')));
  if (
    !parsed.success ||
    parsed.data.workspaces !== undefined ||
    parsed.data.patchedDependencies !== undefined
  )
    return false;
  const versions = Object.values({ ...tree.packageJson?.dependencies, ...tree.packageJson?.devDependencies });
  return !versions.some((version) => /^(file|link|workspace|portal|patch):|^[./~]/.test(version));
}

/** Path below node_modules to version, for every package; null where packages are links into a store. */
async function packagesOf(folder: string): Promise<Map<string, string> | null> {
  const found = new Map<string, string>();
  const visit = async (prefix: string): Promise<boolean> => {
    const names = await readdir(join(folder, prefix)).catch(() => []);
    for (const name of names) {
      if (name.startsWith('.')) continue;
      const path = prefix === '' ? name : `${prefix}/${name}`;
      const state = await lstat(join(folder, path));
      if (state.isSymbolicLink()) return false;
      if (!state.isDirectory()) continue;
      if (name.startsWith('@')) {
        if (!(await visit(path))) return false;
        continue;
      }
      found.set(path, await versionOf(join(folder, path)));
      if (!(await visit(`${path}/node_modules`))) return false;
    }
    return true;
  };
  return (await visit('')) ? found : null;
}

async function versionOf(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  try {
    return z.parse(packageVersion, JSON.parse(text)).version ?? '';
  } catch {
    return '';
  }
}

async function removeDeadLinks(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if ((await stat(path).catch(() => null)) === null) await rm(path, { force: true });
  }
}
