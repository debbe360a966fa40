/** From an unpacked export to what an engine holds: the image under a name of this server, and the volumes, filled. */

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import { isImageArchive, withoutNames } from '../builders/image-archive.ts';
import { readSourceTree } from '../builders/source-tree.ts';
import { volumeName } from '../engine/container-options.ts';
import { type DockerClient, wordsOf } from '../engine/docker.ts';
import type { Engine } from '../engine/engine.ts';
import type { HeldImage, Images } from '../engine/images.ts';
import { ours } from '../engine/labels.ts';
import { packTree } from '../sources/pack-tree.ts';
import { imageFolder, volumesFolder } from './manifest.ts';
import { carriedFolder, volumeLabels, withCarrier } from './volume-carrier.ts';

export interface PlaceContainerRequest {
  engine: Engine;
  images: Images;
  /** The unpacked export. */
  folder: string;
  app: string;
  environment: string;
  /** Names of the volumes in it. */
  volumes: readonly string[];
  signal: AbortSignal;
}

const everything = { leavesOut: () => false, mayBringBack: false };

/** Throws `unavailable` where no engine answers. */
export function requireEngine({ state }: Engine, app: string): void {
  if (state.kind === 'connected') return;
  throw new WindlassError(
    'unavailable',
    `${app} is a container image, and no Docker answers here: ${state.reason}`,
    {
      hint: 'Install or start Docker on this server, then import again; nothing was changed.',
    },
  );
}

/** Throws `conflict` where a volume of that name is there, `invalid` for no image; then no volume is left behind. */
export async function placeContainer(request: PlaceContainerRequest): Promise<HeldImage> {
  const { engine, images, folder, app, environment, volumes, signal } = request;
  const docker = await engine.client();
  const nameOf = (name: string) => volumeName(engine.owner, { app, environment }, name);
  await refuseTakenVolumes(docker, engine.owner, app, volumes.map(nameOf));
  const tree = await readSourceTree(join(folder, imageFolder)).catch(() => null);
  if (tree === null || !(await isImageArchive(tree))) {
    throw new WindlassError('invalid', 'there is no image in this export', { hint: 'Export the app again.' });
  }
  await withoutNames(tree);
  const held = await images.load(app, await packTree(tree.root, everything), { signal, onLine: () => {} });
  if (volumes.length === 0) return held;
  try {
    const Labels = volumeLabels(engine.owner, app, environment);
    for (const name of volumes) await docker.createVolume({ Name: nameOf(name), Labels });
    await withCarrier(
      { docker, owner: engine.owner, app, environment, image: held.id, volumes },
      async (carrier) => {
        for (const name of volumes) {
          signal.throwIfAborted();
          const archive = createReadStream(join(folder, volumesFolder, `${name}.tar`));
          await carrier.putArchive(archive, { path: carriedFolder });
        }
      },
    );
    // Filling took its time, and until now the image belonged to no release.
    if (!(await images.holdAgain(app, held.id))) throw new Error('the image was deleted meanwhile');
    return held;
  } catch (cause) {
    for (const name of volumes)
      await docker
        .getVolume(nameOf(name))
        .remove()
        .catch(() => undefined);
    signal.throwIfAborted();
    throw new WindlassError('failed', `the volumes of ${app} could not be filled: ${wordsOf(cause)}`, {
      hint: 'Nothing was deployed; import again, or an export without volumes.',
      cause,
    });
  }
}

async function refuseTakenVolumes(
  docker: DockerClient,
  owner: string,
  app: string,
  names: readonly string[],
): Promise<void> {
  const { Volumes } = await docker.listVolumes({ filters: ours(owner, app) });
  const taken = (Volumes ?? []).find(({ Name }) => names.includes(Name));
  if (taken === undefined) return;
  throw new WindlassError('conflict', `there is a volume ${taken.Name} already`, {
    hint: 'It was kept when an app of this name was removed: remove it with Docker, or import with --as.',
  });
}
