/** Named volumes of apps in the engine. */

import type { InstanceSpec } from '../runtimes/runtime.ts';
import { volumeName } from './container-options.ts';
import type { DockerClient } from './docker.ts';
import { appLabel, dataLabel, environmentLabel, isOurs, ours } from './labels.ts';

/** Makes what the app wants and does not have yet; making one again changes nothing. */
export async function ensureVolumes(docker: DockerClient, owner: string, spec: InstanceSpec): Promise<void> {
  const asked = spec.plan.kind === 'container' ? (spec.plan.surroundings?.volumes ?? []) : [];
  for (const { name } of [...(spec.config.volumes ?? []), ...asked]) {
    await docker.createVolume({
      Name: volumeName(owner, spec, name),
      Labels: { [dataLabel]: owner, [appLabel]: spec.app, [environmentLabel]: spec.environment },
    });
  }
}

/** Deletes the app's volumes with all that is in them. */
export async function removeVolumes(docker: DockerClient, owner: string, app: string): Promise<void> {
  const { Volumes } = await docker.listVolumes({ filters: ours(owner, app) });
  for (const { Name, Labels } of Volumes ?? []) {
    if (isOurs(owner, Labels)) await docker.getVolume(Name).remove();
  }
}
