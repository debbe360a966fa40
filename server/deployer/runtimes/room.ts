/** Every way to run a release, and where releases are kept: processes, pages, containers. */

import { existsSync } from 'node:fs';
import { homedir, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Kernel } from '../../kernel/kernel.ts';
import { type ArtefactStore, openArtefactStore } from '../artefacts.ts';
import { halfOf } from '../builders/build-limits.ts';
import type { Builder } from '../builders/builder.ts';
import { createNativeBuilder } from '../builders/native-builder.ts';
import { coresForBuilds, ownCores } from '../confine/build-cores.ts';
import { chooseConfinement, confinementLabel } from '../confine/choose.ts';
import type { Confinement } from '../confine/confiner.ts';
import { type Containers, createContainers } from '../containers.ts';
import type { DeployerOptions } from '../deployer-options.ts';
import { pickVariables } from '../pick-variables.ts';
import type { Logins } from '../registries/logins.ts';
import { createNativeRuntime } from './native.ts';
import { createNodeReleases } from './node-release.ts';
import type { Runtime } from './runtime.ts';
import { createStaticRuntime } from './static.ts';

export interface RuntimeRoom {
  readonly confinement: Confinement;
  readonly containers: Containers;
  readonly artefacts: ArtefactStore;
  readonly runtimes: ReadonlyMap<Runtime['kind'], Runtime>;
  /** Builds for whichever of them the source needs. */
  readonly builder: Builder;
}

/** Nothing in it reaches a disk. */
const memoryDisk = '/dev/shm';
/** What processes get of the server's own environment. */
const passedOn = ['LANG', 'LC_ALL', 'TZ', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

export async function createRuntimeRoom(
  { clock, log, paths, events }: Pick<Kernel, 'clock' | 'log' | 'paths' | 'events'>,
  options: DeployerOptions,
  outputOf: (instance: string) => string,
  logins: Logins,
): Promise<RuntimeRoom> {
  const { execPath: self, env } = options;
  const home = env.HOME ?? homedir();
  const cores = coresForBuilds(ownCores());
  const confinement = await chooseConfinement({ dataRoot: paths.root, run: paths.run, buildCores: cores });
  const nodes = createNodeReleases({ folder: join(paths.cache, 'node'), self });
  const native = createNativeRuntime({ confinement, nodes, self, paths, env: pickVariables(env, passedOn) });
  const containers = createContainers({
    clock,
    log,
    events,
    owner: confinementLabel(paths.root),
    wish: options.runtime,
    env,
    logins,
    outputOf,
    secretsFolder: join(existsSync(memoryDisk) ? memoryDisk : paths.run, confinementLabel(paths.root)),
  });
  const artefacts = containers.withImages(await openArtefactStore(paths.artefacts));
  const limits = { ...halfOf({ memory: totalmem(), cores: navigator.hardwareConcurrency }), cores };
  const builder = containers.builder(
    createNativeBuilder({
      confiner: confinement,
      artefacts,
      cacheFolder: paths.cache,
      shimsFolder: join(paths.run, 'build-shims'),
      runtime: self,
      machine: { ...env, HOME: home },
      nodes,
      limits,
    }),
    limits,
  );
  return {
    confinement,
    containers,
    artefacts,
    builder,
    runtimes: new Map<Runtime['kind'], Runtime>([
      ['native', native],
      ['static', createStaticRuntime()],
      ['docker', containers.runtime],
    ]),
  };
}
