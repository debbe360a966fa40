/** Looks at a folder of sources: the names at its top and its package.json. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { WindlassError } from '../../../shared/errors.ts';
import type { PackageJson, SourceTree } from './builder.ts';

const texts = z.catch(z.optional(z.record(z.string(), z.string())), undefined);
const text = z.catch(z.optional(z.string()), undefined);

/** Fields of the wrong kind count as absent: the package manager is the one to complain about them. */
const packageFile = z.object({
  name: text,
  main: text,
  type: text,
  scripts: texts,
  dependencies: texts,
  devDependencies: texts,
  engines: texts,
  packageManager: text,
});

/** Throws `WindlassError('invalid')` where package.json is no JSON object. */
export async function readSourceTree(root: string): Promise<SourceTree> {
  const entries = new Set(await readdir(root));
  const packageJson = entries.has('package.json') ? await readPackageJson(join(root, 'package.json')) : null;
  return { root, entries, packageJson };
}

async function readPackageJson(file: string): Promise<PackageJson> {
  const content = await readFile(file, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new WindlassError('invalid', 'package.json is not valid JSON', {
      hint: 'Run `npm pkg get name` beside it; npm says where it is wrong.',
      cause,
    });
  }
  const parsed = z.safeParse(packageFile, value);
  if (!parsed.success) throw new WindlassError('invalid', 'package.json does not hold an object');
  const known = Object.entries(parsed.data).filter(([, field]) => field !== undefined);
  return Object.fromEntries(known);
}

/** Whether package.json names the package, for building or for running. */
export function dependsOn({ packageJson }: SourceTree, name: string): boolean {
  return (
    packageJson?.dependencies?.[name] !== undefined || packageJson?.devDependencies?.[name] !== undefined
  );
}

/** The first of the names that is at the top of the tree. */
export function firstEntry({ entries }: SourceTree, names: readonly string[]): string | null {
  return names.find((name) => entries.has(name)) ?? null;
}

/** `name.js`, `name.mjs`, `name.cjs`, `name.ts`, `name.mts`: whichever is there. */
export function configFile(tree: SourceTree, name: string): string | null {
  return firstEntry(
    tree,
    ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].map((extension) => `${name}.${extension}`),
  );
}
