/** Which files of a folder are sent: what `.gitignore` and `.windlassignore` say, the nearest file having the last word. */

import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import ignore, { type Ignore } from 'ignore';

interface Layer {
  /** Absolute folder its patterns are relative to. */
  base: string;
  rules: Ignore;
}

/** The rules that hold in one folder: its own and those of every folder above it. */
export type IgnoreRules = readonly Layer[];

const ruleFiles = ['.gitignore', '.windlassignore'];
const neverSent = new Set(['.git', 'node_modules', '.DS_Store']);
const mostParents = 32;

/** The rules from above `root`, where it lies inside a git repository, as git itself would see them. */
export async function rulesAbove(root: string): Promise<IgnoreRules> {
  const above: string[] = [];
  let folder = root;
  for (let step = 0; step < mostParents; step++) {
    if (await exists(join(folder, '.git'))) {
      let rules: IgnoreRules = [];
      for (const parent of above.reverse()) rules = await rulesIn(parent, rules, ['.gitignore']);
      return rules;
    }
    if (folder === dirname(folder)) return [];
    folder = dirname(folder);
    above.push(folder);
  }
  return [];
}

/** `outer` plus what the files of `folder` say. */
export async function rulesIn(
  folder: string,
  outer: IgnoreRules,
  files: readonly string[] = ruleFiles,
): Promise<IgnoreRules> {
  const texts: string[] = [];
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => null);
    if (text !== null) texts.push(text.startsWith('\uFEFF') ? text.slice(1) : text);
  }
  if (texts.length === 0) return outer;
  return [...outer, { base: folder, rules: ignore().add(texts.join('\n')) }];
}

/** Whether `path` (absolute) is left out. Call it for a folder before anything in it. */
export function isIgnored(rules: IgnoreRules, path: string, isFolder: boolean): boolean {
  if (neverSent.has(basename(path))) return true;
  let ignored = false;
  for (const { base, rules: layer } of rules) {
    const result = layer.test(`${relative(base, path)}${isFolder ? '/' : ''}`);
    if (result.ignored) ignored = true;
    else if (result.unignored) ignored = false;
  }
  return ignored;
}

const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null;
