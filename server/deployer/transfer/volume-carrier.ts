/** A container that never starts, through which the engine lets volumes be read and written. */

import { containerName, volumeName } from '../engine/container-options.ts';
import type { DockerClient } from '../engine/docker.ts';
import { appLabel, dataLabel, environmentLabel, instanceLabel } from '../engine/labels.ts';

/** Where the carrier has each volume, by its name: no image has this folder, so nothing of one gets into a volume. */
export const carriedFolder = '/windlass-volumes';

export interface CarrierRequest {
  docker: DockerClient;
  /** `windlass.data` of this server. */
  owner: string;
  app: string;
  environment: string;
  /** Id of the image it is made of. */
  image: string;
  /** Names of volumes that exist. */
  volumes: readonly string[];
}

export type Carrier = ReturnType<DockerClient['getContainer']>;

/** The carrier is gone when this resolves, also where `use` fails. */
export async function withCarrier<T>(
  request: CarrierRequest,
  use: (carrier: Carrier) => Promise<T>,
): Promise<T> {
  const { docker, owner, app, environment } = request;
  const id = `i-${crypto.randomUUID().slice(0, 13)}`;
  const carrier = await docker.createContainer({
    name: containerName(owner, id),
    Image: request.image,
    // An image may have no command of its own.
    Entrypoint: [],
    Cmd: ['none'],
    // What a crash leaves is swept by its label.
    Labels: { ...volumeLabels(owner, app, environment), [instanceLabel]: id },
    HostConfig: {
      Mounts: request.volumes.map((name) => ({
        Type: 'volume',
        Source: volumeName(owner, { app, environment }, name),
        Target: `${carriedFolder}/${name}`,
      })),
    },
  });
  try {
    return await use(carrier);
  } finally {
    await carrier.remove({ force: true, v: true });
  }
}

export const volumeLabels = (owner: string, app: string, environment: string) => ({
  [dataLabel]: owner,
  [appLabel]: app,
  [environmentLabel]: environment,
});
