/** Whether an app still needs its development packages once it is built. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceTree } from './builder.ts';

/**
 * True where a word of the resolved start command is, or lies in, a development package, or where the command is for a
 * shell and names one. `argv` is relative to the artefact.
 */
export async function needsDevelopment(argv: readonly string[], tree: SourceTree): Promise<boolean> {
  const names = Object.keys(tree.packageJson?.devDependencies ?? {});
  const words = argv.flatMap((word) => word.split(/[\s;&|"'=]+/));
  const programs = await programsOf(tree, names);
  return words.some(
    (word) =>
      programs.has(word) ||
      names.some(
        (name) => word === name || word.startsWith(`${name}/`) || word.includes(`node_modules/${name}/`),
      ),
  );
}

/** The commands that the packages bring. */
async function programsOf({ root }: SourceTree, names: readonly string[]): Promise<Set<string>> {
  const programs = new Set<string>();
  for (const name of names) {
    const text = await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8').catch(() => '{}');
    const bin: unknown = JSON.parse(text).bin;
    if (typeof bin === 'string') programs.add(name.replace(/^@[^/]+\//, ''));
    else if (typeof bin === 'object' && bin !== null)
      for (const program of Object.keys(bin)) programs.add(program);
  }
  return programs;
}
