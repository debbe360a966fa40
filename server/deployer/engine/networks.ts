/** One bridge network an environment, so that apps do not reach each other, nor a preview production's database. */

import type { InstanceSpec } from '../runtimes/runtime.ts';
import { networkName } from './container-options.ts';
import type { DockerClient } from './docker.ts';
import { statusOf } from './docker.ts';
import { appLabel, dataLabel, environmentLabel, isOurs, ours } from './labels.ts';

export async function ensureNetwork(
  docker: DockerClient,
  owner: string,
  place: Pick<InstanceSpec, 'app' | 'environment'>,
): Promise<void> {
  const name = networkName(owner, place);
  const found = await docker.listNetworks({ filters: { name: [`^${name}$`], ...ours(owner) } });
  if (found.length > 0) return;
  try {
    await docker.createNetwork({
      Name: name,
      Driver: 'bridge',
      CheckDuplicate: true,
      Labels: { [dataLabel]: owner, [appLabel]: place.app, [environmentLabel]: place.environment },
    });
  } catch (error) {
    // Two instances of an app may start at once.
    if (statusOf(error) !== 409) throw error;
  }
}

/** Removes our networks, or those of one app, that nothing is connected to. */
export async function dropEmptyNetworks(docker: DockerClient, owner: string, app?: string): Promise<void> {
  for (const { Id, Labels } of await docker.listNetworks({ filters: ours(owner, app) })) {
    if (!isOurs(owner, Labels)) continue;
    const network = docker.getNetwork(Id);
    const { Containers } = await network.inspect();
    if (Object.keys(Containers ?? {}).length === 0) {
      // One that is being joined right now is refused, and stays.
      await network.remove().catch(() => undefined);
    }
  }
}
