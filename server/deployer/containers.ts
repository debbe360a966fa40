/** Everything of the deployer that needs a container engine, made and joined. */

import type { Clock } from '../kernel/clock.ts';
import type { DoctorCheck } from '../kernel/doctor.ts';
import type { Events } from '../kernel/events.ts';
import type { Log } from '../kernel/log.ts';
import type { ArtefactStore } from './artefacts.ts';
import type { BuildLimits } from './builders/build-limits.ts';
import type { Builder } from './builders/builder.ts';
import { createChoosingBuilder, type RuntimeWish } from './builders/choose-builder.ts';
import { createImageBuilder } from './builders/image-builder.ts';
import { createEngine, type Engine } from './engine/engine.ts';
import { raiseEngineNotices } from './engine/engine-notices.ts';
import { engineSocket } from './engine/engine-socket.ts';
import { watchImages } from './engine/image-watch.ts';
import { createImages, type Images } from './engine/images.ts';
import { dropEmptyNetworks } from './engine/networks.ts';
import { removeVolumes } from './engine/volumes.ts';
import type { ImageLosses } from './image-losses.ts';
import type { Logins } from './registries/logins.ts';
import { createDockerRuntime } from './runtimes/docker.ts';
import type { Runtime } from './runtimes/runtime.ts';

export interface Containers {
  readonly engine: Engine;
  readonly images: Images;
  readonly runtime: Runtime;
  readonly checks: DoctorCheck[];
  /** Whether an engine answers now. */
  readonly connected: boolean;
  /** Chooses between `native` and images, build by build. */
  builder(native: Builder, limits: BuildLimits): Builder;
  /** The same store, which also lets go of images. */
  withImages(artefacts: ArtefactStore): ArtefactStore;
  /** Deletes what the engine has of an app that ended: its network and, where asked, its volumes. */
  forgetApp(app: string, alsoVolumes: boolean): Promise<void>;
  /** Looks for the engine; resolves when it answered or did not. Images that releases need are watched over from now on. */
  start(losses: ImageLosses): Promise<void>;
  stop(): void;
}

export interface ContainersOptions {
  clock: Clock;
  log: Log;
  events: Events;
  /** `windlass.data` of everything made. */
  owner: string;
  wish: RuntimeWish;
  env: Readonly<Record<string, string | undefined>>;
  /** Of registries, for pulls and builds. */
  logins: Logins;
  outputOf(instance: string): string;
  /** Where secrets lie while containers read them. */
  secretsFolder: string;
}

export function createContainers(options: ContainersOptions): Containers {
  const { clock, log, owner, wish } = options;
  const socket = wish === 'native' ? null : engineSocket(options.env.DOCKER_HOST);
  const engine = createEngine({ socket, owner, clock, log });
  const images = createImages(engine, clock);
  const runtime = createDockerRuntime({
    engine,
    log,
    outputOf: options.outputOf,
    secretsFolder: options.secretsFolder,
  });
  const endNotices = raiseEngineNotices(engine, clock, options.events);
  let endWatch = () => {};
  const isImage = (digest: string) => digest.startsWith('sha256:');

  return {
    engine,
    images,
    runtime,
    get connected() {
      return engine.state.kind === 'connected';
    },
    checks: wish === 'native' ? [] : [{ name: 'docker', run: async () => [finding(engine.state, wish)] }],
    builder: (native, limits) =>
      createChoosingBuilder({
        wish,
        native,
        image: createImageBuilder({ engine, images, limits, logins: options.logins }),
        noContainers: () => runtime.unavailable(),
        isEngineLost: () => engine.state.kind === 'lost',
      }),
    withImages: (artefacts) => ({
      ...artefacts,
      async remove(digest) {
        if (!isImage(digest)) return artefacts.remove(digest);
        await images.remove(digest);
        await images.dropLeftovers();
      },
      list: async () => [...(await artefacts.list()), ...(await images.list())],
    }),
    async forgetApp(app, alsoVolumes) {
      if (engine.state.kind !== 'connected') return;
      const docker = await engine.client();
      if (alsoVolumes) await removeVolumes(docker, owner, app);
      await dropEmptyNetworks(docker, owner, app);
    },
    start(losses) {
      endWatch = watchImages({ engine, images, log, ...losses });
      return engine.start();
    },
    stop() {
      endWatch();
      endNotices();
      engine.stop();
    },
  };
}

function finding(state: ReturnType<typeof createEngine>['state'], wish: RuntimeWish) {
  switch (state.kind) {
    case 'connected':
      return {
        state: 'ok' as const,
        message: `connected to Docker ${state.about.version} (API ${state.about.api})`,
      };
    case 'lost':
      return {
        state: 'failing' as const,
        message: `Docker does not answer any more: ${state.reason}; routes go on as they are`,
        hint: 'Start it, e.g. with `systemctl start docker`; Windlass finds it by itself.',
      };
    case 'absent':
      return {
        state: wish === 'docker' ? ('failing' as const) : ('ok' as const),
        message: `no Docker: ${state.reason}`,
        ...(wish === 'docker' ? { hint: 'Install it, or serve with `--runtime auto`.' } : {}),
      };
  }
}
