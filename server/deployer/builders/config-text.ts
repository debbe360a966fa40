/** What a framework's config file says, as far as its text shows it: running it is not wanted before the build. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceTree } from './builder.ts';
import { configFile } from './source-tree.ts';

/** The text of `<name>.<js|mjs|…>`, without its comments; empty where there is none. */
export function configText(tree: SourceTree, name: string): string {
  const file = configFile(tree, name);
  if (file === null) return '';
  try {
    const text = readFileSync(join(tree.root, file), 'utf8');
    return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
  } catch {
    return '';
  }
}

/** The text in quotes behind `key:`, or null. */
export function quotedValue(text: string, key: string): string | null {
  return new RegExp(`\\b${key}\\s*:\\s*(['"\`])([^'"\`$]+)\\1`).exec(text)?.[2] ?? null;
}
