/** Copies what a foreign container has in its volumes into volumes of an app, through the engine; nothing of it changes. */

import { posix } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import { containerName, volumeName } from '../engine/container-options.ts';
import { type DockerClient, wordsOf } from '../engine/docker.ts';
import { appLabel, dataLabel, environmentLabel, instanceLabel } from '../engine/labels.ts';

export interface CopyRequest {
  docker: DockerClient;
  owner: string;
  app: string;
  environment: string;
  /** Id of the container. */
  from: string;
  /** Id of its image: a container of ours is made of it, and never started, to write into the volumes. */
  image: string;
  volumes: readonly { name: string; path: string }[];
}

/** Throws `failed`; what was copied until then is a volume that nobody uses yet. */
export async function copyVolumes(request: CopyRequest): Promise<void> {
  const { docker, owner, app, environment, volumes } = request;
  if (volumes.length === 0) return;
  const labels = { [dataLabel]: owner, [appLabel]: app, [environmentLabel]: environment };
  const nameOf = (name: string) => volumeName(owner, { app, environment }, name);
  for (const { name } of volumes) await docker.createVolume({ Name: nameOf(name), Labels: labels });
  const id = `i-${crypto.randomUUID().slice(0, 13)}`;
  const writer = await docker.createContainer({
    name: containerName(owner, id),
    Image: request.image,
    // Never started; an image may have no command of its own.
    Entrypoint: [],
    Cmd: ['none'],
    // What a crash leaves is swept by its label.
    Labels: { ...labels, [instanceLabel]: id },
    HostConfig: {
      Mounts: volumes.map(({ name, path }) => ({ Type: 'volume', Source: nameOf(name), Target: path })),
    },
  });
  try {
    for (const { name, path } of volumes) {
      try {
        const archive = await docker.getContainer(request.from).getArchive({ path });
        await writer.putArchive(archive, { path: posix.dirname(path) });
      } catch (cause) {
        throw new WindlassError('failed', `the volume ${name} could not be copied: ${wordsOf(cause)}`, {
          hint: 'Import without volumes, or stop the container first.',
          cause,
        });
      }
    }
  } finally {
    await writer.remove({ force: true });
  }
}
