/** One bridge network an app, so that apps do not reach each other; made when needed, removed when empty. */

import { networkName } from './container-options.ts';
import type { DockerClient } from './docker.ts';
import { statusOf } from './docker.ts';
import { appLabel, dataLabel, isOurs, ours } from './labels.ts';

export async function ensureNetwork(docker: DockerClient, owner: string, app: string): Promise<void> {
  const name = networkName(owner, app);
  const found = await docker.listNetworks({ filters: { name: [`^${name}$`], ...ours(owner) } });
  if (found.length > 0) return;
  try {
    await docker.createNetwork({
      Name: name,
      Driver: 'bridge',
      CheckDuplicate: true,
      Labels: { [dataLabel]: owner, [appLabel]: app },
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
