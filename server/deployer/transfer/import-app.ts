/** From an exported file to a new app: its files stored, its variables and volumes put in place. */

import { chmod, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import type { ArtefactStore, KeptArtefact } from '../artefacts.ts';
import { extractArchive } from '../sources/extract.ts';
import { type Manifest, manifestName, parseManifest, releaseFolder, volumesFolder } from './manifest.ts';
import { openVariables } from './sealed-variables.ts';

export interface Unpacked {
  readonly manifest: Manifest;
  readonly artefact: KeptArtefact;
  /** Empty where the values stayed behind, or no passphrase was given. */
  readonly variables: Readonly<Record<string, string>>;
  /** Moves the volumes below `folder` (`<volumes>/<app>/<environment>`). Throws `conflict` where one is there. */
  placeVolumes(folder: string): Promise<void>;
}

export interface UnpackRequest {
  archive: string;
  /** An empty folder of its own, on the disk of the artefacts; the caller deletes it. */
  into: string;
  maxBytes: number;
  passphrase: string | null;
  artefacts: ArtefactStore;
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
  const { launch } = manifest.release;
  const folder = join(into, releaseFolder);
  await mkdir(folder, { recursive: true });
  const writable = launch.kind === 'process' ? launch.writable : [];
  const artefact = await request.artefacts.keep(folder, { writable, like: null });
  return {
    manifest,
    artefact,
    variables,
    async placeVolumes(target) {
      for (const name of manifest.volumes) {
        const place = join(target, name);
        if ((await readdir(place).catch((): string[] => [])).length > 0) {
          throw new WindlassError('conflict', `there is a volume at ${place} already`, {
            hint: 'It was kept when an app of this name was removed: move it away, or import with --as.',
          });
        }
      }
      for (const name of manifest.volumes) {
        const from = join(into, volumesFolder, name);
        const place = join(target, name);
        await openToAll(from);
        await mkdir(dirname(place), { recursive: true, mode: 0o700 });
        await rm(place, { recursive: true, force: true });
        await rename(from, place);
      }
    },
  };
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
