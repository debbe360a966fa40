/** Makes a built folder unchangeable, and changeable again where it is to be deleted. */

import { chmod, lstat, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { insideTarget, removeOutwardLinks } from './sources/links.ts';

const atOnce = 16;

/**
 * Brings links into their final form: absolute ones into the folder become relative, those that leave it are removed.
 * Answers the removed ones. Devices, sockets and pipes are removed, too.
 */
export async function tidyLinks(root: string): Promise<string[]> {
  await eachEntry(root, '', async (path, full) => {
    const state = await lstat(full);
    if (state.isSymbolicLink()) {
      const target = await readlink(full);
      if (target !== root && !target.startsWith(`${root}/`)) return;
      const inner = relative(join(root, dirname(path)), target) || '.';
      if (insideTarget(path, inner) === null) return;
      await rm(full);
      await symlink(inner, full);
    } else if (!state.isFile() && !state.isDirectory()) {
      await rm(full);
    }
  });
  return removeOutwardLinks(root);
}

/** Folders 0555, files 0444 or 0555; the folders in `writable` exist, open to every user, with everything in them. */
export async function sealFolder(root: string, writable: readonly string[]): Promise<void> {
  for (const path of writable) await mkdir(join(root, path), { recursive: true });
  const open = new Set(writable);
  const seal = async (path: string, isOpen: boolean): Promise<void> => {
    await eachEntry(
      root,
      path,
      async (child, full) => {
        const state = await lstat(full);
        if (state.isSymbolicLink()) return;
        const openHere = isOpen || open.has(child);
        if (state.isDirectory()) {
          await seal(child, openHere);
          await chmod(full, openHere ? 0o777 : 0o555);
        } else {
          const executable = (state.mode & 0o100) === 0 ? 0 : 0o111;
          await chmod(full, (openHere ? 0o666 : 0o444) | executable);
        }
      },
      false,
    );
  };
  await seal('', false);
  await chmod(root, 0o555);
}

/** Deletes a sealed folder; without this only root could. */
export async function removeSealed(root: string): Promise<void> {
  if ((await lstat(root).catch(() => null)) === null) return;
  const unseal = async (folder: string): Promise<void> => {
    await chmod(folder, 0o755);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) await unseal(join(folder, entry.name));
    }
  };
  if (process.getuid?.() !== 0) await unseal(root);
  await rm(root, { recursive: true, force: true });
}

/** Calls `visit` with every entry below `folder`, a few at once; folders before what is in them where `deep`. */
async function eachEntry(
  root: string,
  folder: string,
  visit: (path: string, full: string) => Promise<void>,
  deep = true,
): Promise<void> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  for (let at = 0; at < entries.length; at += atOnce) {
    await Promise.all(
      entries.slice(at, at + atOnce).map(async (entry) => {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        await visit(path, join(root, path));
      }),
    );
  }
  if (!deep) return;
  for (const entry of entries) {
    if (entry.isDirectory())
      await eachEntry(root, folder === '' ? entry.name : `${folder}/${entry.name}`, visit);
  }
}
