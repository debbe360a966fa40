/** The file a JavaScript app starts with, where nobody says it. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceTree } from './builder.ts';

const usual = ['server', 'index', 'app', 'main'];
const extensions = ['js', 'mjs', 'cjs', 'ts', 'mts'];

/** `main` of package.json where that file is there, else server, index, app or main at the top; null for none. */
export function entryFile({ root, entries, packageJson }: SourceTree): string | null {
  const main = packageJson?.main?.replace(/^\.\//, '');
  if (main !== undefined && (entries.has(main) || (main.includes('/') && existsSync(join(root, main)))))
    return main;
  const names = usual.flatMap((name) => extensions.map((extension) => `${name}.${extension}`));
  return names.find((name) => entries.has(name)) ?? null;
}
