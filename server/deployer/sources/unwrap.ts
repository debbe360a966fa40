/** Takes the single top folder away that archives of repositories wrap everything in. */

import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import { removeOutwardLinks } from './links.ts';

/** Moves what is in `into/top` up into `into`. Throws `invalid` where a link in it would then leave the folder. */
export async function unwrapFolder(into: string, top: string): Promise<void> {
  const aside = join(into, `.unwrap-${crypto.randomUUID()}`);
  await rename(join(into, top), aside);
  for (const name of await readdir(aside)) await rename(join(aside, name), join(into, name));
  await rmdir(aside);
  const [link] = await removeOutwardLinks(into);
  if (link !== undefined) {
    throw new WindlassError(
      'invalid',
      `the archive has an entry "${top}/${link}" that is refused: it is a link that leaves the folder`,
      {
        hint: 'Make the archive anew from inside the folder of the app.',
      },
    );
  }
}

/** Removes everything in a folder, not the folder. */
export async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}
