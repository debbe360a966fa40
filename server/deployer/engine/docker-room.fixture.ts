/** For tests: an engine that answers, a data folder's label of their own, and everything of it removed at the end. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../kernel/clock.ts';
import { createLog } from '../../kernel/log.ts';
import { confinementLabel } from '../confine/choose.ts';
import type { DockerClient } from './docker.ts';
import { createEngine, type Engine } from './engine.ts';
import { isOurs, ours } from './labels.ts';

export interface DockerRoom {
  readonly folder: string;
  readonly engine: Engine;
  readonly docker: DockerClient;
  /** What was logged so far. */
  readonly logged: string[];
  close(): Promise<void>;
}

export const engineSocketPath = '/var/run/docker.sock';

/** A quiet log that keeps its lines. */
export function keptLog(lines: string[]) {
  return createLog({ write: (line) => void lines.push(line), clock: systemClock, redact: (text) => text });
}

export async function openDockerRoom(socket = engineSocketPath): Promise<DockerRoom> {
  const folder = mkdtempSync(join(tmpdir(), 'docker-'));
  const logged: string[] = [];
  const engine = createEngine({
    socket,
    owner: confinementLabel(folder),
    clock: systemClock,
    log: keptLog(logged),
  });
  await engine.start();
  const docker = await engine.client();
  return {
    folder,
    engine,
    docker,
    logged,
    async close() {
      engine.stop();
      await removeOwned(docker, engine.owner);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Everything in the engine that carries the label. */
export async function removeOwned(docker: DockerClient, owner: string): Promise<void> {
  for (const { Id } of await docker.listContainers({ all: true, filters: ours(owner) })) {
    await docker.getContainer(Id).remove({ force: true, v: true }).catch(ignore);
  }
  for (const { Id } of await docker.listNetworks({ filters: ours(owner) })) {
    await docker.getNetwork(Id).remove().catch(ignore);
  }
  for (const { Name } of (await docker.listVolumes({ filters: ours(owner) })).Volumes ?? []) {
    await docker.getVolume(Name).remove().catch(ignore);
  }
  // Images of others that were held carry a name of ours and no label.
  for (const { RepoTags } of await docker.listImages()) {
    for (const tag of (RepoTags ?? []).filter((name) => name.startsWith(`${owner}/`))) {
      await docker.getImage(tag).remove({ noprune: true }).catch(ignore);
    }
  }
  for (const image of await docker.listImages({ filters: ours(owner) })) {
    if (!isOurs(owner, image.Labels)) continue;
    await docker.getImage(image.Id).remove({ force: true }).catch(ignore);
  }
  await docker.pruneImages({ filters: { dangling: ['true'], ...ours(owner) } }).catch(ignore);
}

const ignore = () => undefined;
