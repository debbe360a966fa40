/** Symbolic links that stay inside a folder, and those that do not. */

import { lstat, readdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The target of a link as it may be kept, or null where it leaves the folder. `link` is relative to the folder and its
 * own directory is a real one. In what is returned `..` only leads: then no chain of kept links can leave either,
 * since every `..` is taken from a real directory.
 */
export function insideTarget(link: string, target: string): string | null {
  if (target === '' || target.startsWith('/') || target.includes('\0')) return null;
  const up: string[] = [];
  const down: string[] = [];
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') down.push(part);
    else if (down.pop() === undefined) up.push('..');
  }
  const depth = link.split('/').length - 1;
  if (up.length > depth) return null;
  return [...up, ...down].join('/') || '.';
}

/** Removes every link below `root` that leaves it; says which. Nothing outside is read or followed. */
export async function removeOutwardLinks(root: string): Promise<string[]> {
  const removed: string[] = [];
  for await (const link of linksBelow(root, '')) {
    const kept = insideTarget(link, await readlink(join(root, link)));
    if (kept !== null && (await isSafeChain(root, link))) continue;
    await rm(join(root, link));
    removed.push(link);
  }
  return removed;
}

async function* linksBelow(root: string, folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isSymbolicLink()) yield path;
    else if (entry.isDirectory()) yield* linksBelow(root, path);
  }
}

/** A `..` behind a name could step out of another link's target; such a link is kept only where no link is in between. */
async function isSafeChain(root: string, link: string): Promise<boolean> {
  const parts = (await readlink(join(root, link))).split('/').filter((part) => part !== '' && part !== '.');
  const firstName = parts.findIndex((part) => part !== '..');
  if (firstName === -1 || !parts.slice(firstName).includes('..')) return true;
  const at = link.split('/').slice(0, -1);
  for (const part of parts) {
    if (part === '..') at.pop();
    else at.push(part);
    const state = await lstat(join(root, ...at)).catch(() => null);
    if (state?.isSymbolicLink() === true) return false;
  }
  return true;
}
