/** The runtime `docker`: one container an instance, on a loopback port, with a label that says whose it is. */

import { rmSync } from 'node:fs';
import { WindlassError } from '../../../shared/errors.ts';
import type { Log } from '../../kernel/log.ts';
import {
  type ContainerExtras,
  containerName,
  containerOptions,
  type ImageFacts,
  networkName,
} from '../engine/container-options.ts';
import { placeFile } from '../engine/container-output.ts';
import { startTerminal } from '../engine/container-terminal.ts';
import { type DockerClient, statusOf, wordsOf } from '../engine/docker.ts';
import type { Engine } from '../engine/engine.ts';
import { instanceLabel, isOurs, ours } from '../engine/labels.ts';
import { dropEmptyNetworks, ensureNetwork } from '../engine/networks.ts';
import { createSecretFiles } from '../engine/secret-files.ts';
import { createTracker } from '../engine/tracker.ts';
import { ensureVolumes } from '../engine/volumes.ts';
import { followFile } from './followed-file.ts';
import type { InstanceSpec, RunningInstance, Runtime } from './runtime.ts';

export interface DockerRuntimeOptions {
  engine: Engine;
  log: Log;
  /** Where the log store expects an instance's output; containers found again go on writing there. */
  outputOf(instance: string): string;
  /** Where secrets lie while containers read them. */
  secretsFolder: string;
}

export function createDockerRuntime({ engine, log, outputOf, secretsFolder }: DockerRuntimeOptions): Runtime {
  const { owner } = engine;
  const tracker = createTracker({ engine, log });
  /** Being made right now, and so in no list yet. */
  const secrets = createSecretFiles(secretsFolder);
  const starting = new Set<string>();
  /** Started or found by this process, and not over yet. */
  const mine = new Set<string>();
  let keepAtNextConnection: ReadonlySet<string> | null = null;

  const sweepNow = async (keep: ReadonlySet<string>) => {
    const docker = await engine.client();
    for (const { Id, Labels } of await docker.listContainers({ all: true, filters: ours(owner) })) {
      const id = Labels[instanceLabel];
      if (!isOurs(owner, Labels) || id === undefined) continue;
      if (keep.has(id) || starting.has(id) || mine.has(id) || tracker.has(Id)) continue;
      await removeContainer(docker, Id);
      rmSync(placeFile(outputOf(id)), { force: true });
    }
    await secrets.keepOnly(new Set([...keep, ...starting, ...mine]));
    await dropEmptyNetworks(docker, owner);
  };

  /** An engine that fails here must not keep a server from starting. */
  const sweepPending = async () => {
    const keep = keepAtNextConnection;
    keepAtNextConnection = null;
    if (keep === null) return;
    try {
      await sweepNow(keep);
    } catch (error) {
      keepAtNextConnection = keep;
      log.error('containers could not be swept', { error });
    }
  };
  engine.onConnected(() => void sweepPending());

  const forget = (id: string): Promise<void> => {
    mine.delete(id);
    return secrets.remove(id);
  };

  /** The id of a container that was made and not started. */
  const create = async (
    docker: DockerClient,
    spec: InstanceSpec,
    extras: ContainerExtras,
  ): Promise<string> => {
    const files = await secrets.write(spec);
    const facts = await imageFacts(docker, spec);
    // What a crash left under this name would hold the port.
    await removeOwn(docker, owner, containerName(owner, spec.id));
    await ensureNetwork(docker, owner, spec);
    await ensureVolumes(docker, owner, spec);
    const container = await docker.createContainer(
      containerOptions(owner, spec, facts, { ...extras, files }),
    );
    return container.id;
  };

  /** Its secrets go with it. */
  const withSecrets = (id: string, running: RunningInstance): RunningInstance => {
    mine.add(id);
    void running.exited.then(() => forget(id));
    return running;
  };

  const launch = async (
    spec: InstanceSpec,
    output: string,
    command?: readonly string[],
  ): Promise<RunningInstance> => {
    const docker = await engine.client();
    starting.add(spec.id);
    try {
      const id = await create(docker, spec, command === undefined ? {} : { command });
      try {
        await tracker.whileStarting(networkName(owner, spec), () => docker.getContainer(id).start());
      } catch (error) {
        await removeContainer(docker, id);
        throw error;
      }
      return withSecrets(spec.id, tracker.track(id, output));
    } catch (error) {
      throw startFailure(error);
    } finally {
      starting.delete(spec.id);
    }
  };

  return {
    kind: 'docker',
    async unavailable() {
      if (engine.state.kind === 'connected') return null;
      return `Docker does not answer: ${engine.state.reason}`;
    },
    onAvailable: (listener) => void engine.onConnected(listener),
    start: (spec, output) => launch(spec, output),
    async command(spec, argv, onLine) {
      const path = outputOf(spec.id);
      const output = followFile({ path, onLine, onTooLong: () => void running?.stop(0) });
      let running: RunningInstance | null = null;
      try {
        running = await launch(spec, path, argv);
        const { stop } = running;
        return { exited: running.exited.finally(output.finish), stop };
      } catch (error) {
        output.finish();
        throw error;
      }
    },
    async terminal(spec, argv, screen) {
      const docker = await engine.client();
      if (engine.socket === null || engine.state.kind !== 'connected') throw lost();
      const connection = { socket: engine.socket, api: engine.state.about.api };
      mine.add(spec.id);
      try {
        const env = { ...spec.env, TERM: screen.term };
        const id = await create(docker, { ...spec, env }, { command: argv, screen: true });
        const start = () => startTerminal(docker, connection, id, screen);
        const running = await tracker
          .whileStarting(networkName(owner, spec), start)
          .catch(async (error: unknown) => {
            await removeContainer(docker, id);
            throw error;
          });
        void running.exited.then(() => forget(spec.id));
        return running;
      } catch (error) {
        await forget(spec.id);
        throw startFailure(error);
      }
    },
    async adopt(spec, { container }) {
      if (typeof container !== 'string') return null;
      const running = await tracker.adopt(container, outputOf(spec.id));
      return running && withSecrets(spec.id, running);
    },
    async sweep(keep) {
      keepAtNextConnection = new Set(keep);
      if (engine.state.kind === 'connected') await sweepPending();
    },
  };
}

async function imageFacts(docker: DockerClient, spec: InstanceSpec): Promise<ImageFacts> {
  if (spec.plan.kind !== 'container') throw new Error('only a container plan runs in an engine');
  const { Config } = await docker.getImage(spec.plan.image).inspect();
  const ports = Object.keys(Config.ExposedPorts ?? {})
    .filter((name) => name.endsWith('/tcp'))
    .map((name) => Number.parseInt(name, 10));
  return {
    workingFolder: Config.WorkingDir === '' ? '/' : (Config.WorkingDir ?? '/'),
    exposed: ports.length === 0 ? null : Math.min(...ports),
  };
}

/** Removes the container of this name, if it is ours. */
async function removeOwn(docker: DockerClient, owner: string, name: string): Promise<void> {
  try {
    const { Id, Config } = await docker.getContainer(name).inspect();
    if (isOurs(owner, Config.Labels)) await removeContainer(docker, Id);
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

/** Named volumes stay; anonymous ones, which nothing else can name, go with it. */
async function removeContainer(docker: DockerClient, id: string): Promise<void> {
  await docker
    .getContainer(id)
    .remove({ force: true, v: true })
    .catch((error: unknown) => {
      // Gone already, or going.
      if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
    });
}

const lost = (cause?: unknown) => new WindlassError('unavailable', 'Docker stopped answering', { cause });

function startFailure(error: unknown): unknown {
  if (error instanceof WindlassError) return error;
  const words = wordsOf(error);
  if (statusOf(error) === null) {
    return lost(error);
  }
  if (/no such image/i.test(words)) {
    return new WindlassError('not-found', "the release's image is no longer in the engine", {
      hint: 'Somebody removed it; deploy again, or roll back to another release.',
      cause: error,
    });
  }
  return new WindlassError('invalid', `Docker could not start the container: ${words.split('\n')[0]}`, {
    hint: 'Check the image and "start", "port" and "volumes" in windlass.json.',
    cause: error,
  });
}
