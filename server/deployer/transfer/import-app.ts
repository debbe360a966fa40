/** An exported file, opened: what it says of itself, its variables, and a release that is a folder put in place. */

import { chmod, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import type { ArtefactStore, KeptArtefact } from '../artefacts.ts';
import { extractArchive } from '../sources/extract.ts';
import { type Manifest, manifestName, parseManifest, releaseFolder, volumesFolder } from './manifest.ts';
import { openVariables } from './sealed-variables.ts';

export interface Unpacked {
  readonly manifest: Manifest;
  /** Empty where the values stayed behind, or no passphrase was given. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface UnpackRequest {
  archive: string;
  /** An empty folder of its own, on the disk of the artefacts; the caller deletes it. */
  into: string;
  maxBytes: number;
  passphrase: string | null;
  signal: AbortSignal;
}

/** Throws `invalid` for what is no export, `forbidden` for a wrong passphrase; then nothing is stored. */
export async function unpackExport(request: UnpackRequest): Promise<Unpacked> {
  const { archive, into, maxBytes, signal, passphrase } = request;
  await extractArchive({ archive, into, maxBytes, signal });
  const file = Bun.file(join(into, manifestName));
  const manifest = parseManifest((await file.exists()) ? await file.text() : '');
  const variables =
    manifest.sealed === null || passphrase === null ? {} : await openVariables(manifest.sealed, passphrase);
  return { manifest, variables };
}

/**
 * Stores the files of the release that was unpacked into `from`, and moves its volumes below `volumes`
 * (`<volumes>/<app>/<environment>`). Throws `conflict` where one of them is there.
 */
export async function placeFolder(
  { release, volumes: names }: Manifest,
  from: string,
  artefacts: ArtefactStore,
  volumes: string,
): Promise<KeptArtefact> {
  const folder = join(from, releaseFolder);
  await mkdir(folder, { recursive: true });
  const writable = release.launch.kind === 'process' ? release.launch.writable : [];
  const artefact = await artefacts.keep(folder, { writable, like: null });
  for (const name of names) {
    const place = join(volumes, name);
    if ((await readdir(place).catch((): string[] => [])).length > 0) {
      throw new WindlassError('conflict', `there is a volume at ${place} already`, {
        hint: 'It was kept when an app of this name was removed: move it away, or import with --as.',
      });
    }
  }
  for (const name of names) {
    const exported = join(from, volumesFolder, name);
    const place = join(volumes, name);
    await openToAll(exported);
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    await rm(place, { recursive: true, force: true });
    await rename(exported, place);
  }
  return artefact;
}

/**
 * Isolated instances run as a user that did not exist on the server the files came from. Nobody else gets as far as
 * them, for the data folder above is closed.
 */
async function openToAll(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  await chmod(path, found.isDirectory() ? 0o777 : 0o666 | (found.mode & 0o111));
  if (!found.isDirectory()) return;
  for (const name of await readdir(path)) await openToAll(join(path, name));
}
