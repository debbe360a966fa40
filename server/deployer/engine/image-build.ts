/** Builds an image from a folder that holds a Dockerfile, under limits, with its output line by line. */

import type { Readable } from 'node:stream';
import { WindlassError } from '../../../shared/errors.ts';
import { guardBuild } from './build-guard.ts';
import { addressOf, dockerHub, type RegistryLogin, registryName } from './credentials.ts';
import { type DockerClient, wordsOf } from './docker.ts';
import type { Engine } from './engine.ts';
import { createProgressReader } from './progress-lines.ts';
import { registryFailure, registryRefusal } from './registry-words.ts';

export interface ImageBuild {
  /** The context as tar. */
  context: Readable;
  /** Path of the Dockerfile inside. */
  dockerfile: string;
  /** The stage to stop at; null for the last. */
  target?: string | null;
  /** For what the classic builder does not know; it holds no memory limit. */
  buildkit: boolean;
  labels: Readonly<Record<string, string>>;
  /** Readable by everybody who has the image: never a secret. */
  buildArguments: Readonly<Record<string, string>>;
  /** Bytes; null for no limit. */
  memory: number | null;
  /** Cores; null for no limit. */
  cpu: number | null;
  /** The cores its steps keep to, like `2,3`; null for all. */
  cores: string | null;
  /** Bytes that its steps may write. */
  disk: number;
  onLine(text: string): void;
  /** What registries are shown where it starts from images of theirs. */
  logins: readonly RegistryLogin[];
  signal: AbortSignal;
}

/** As many as a build on the machine itself may have. */
const mostTasks = Math.max(512, navigator.hardwareConcurrency * 64);
const buildShares = 128;
const cpuPeriod = 100_000;
/** 128 + SIGKILL: what a step under a memory limit ends with when it reaches it. */
const killedCode = 137;

/** The image's id. Throws `WindlassError`: `limit` out of memory, `failed`, `cancelled`. */
export async function buildImage(engine: Engine, docker: DockerClient, build: ImageBuild): Promise<string> {
  const { memory, cpu, cores, context } = build;
  const guard = guardBuild(engine, docker, { tasks: mostTasks, disk: build.disk });
  const signal = AbortSignal.any([build.signal, guard.signal]);
  const progress = createProgressReader((text) => {
    build.onLine(text);
    guard.hear(text);
  });
  try {
    const stream = await docker.buildImage(context, {
      dockerfile: build.dockerfile,
      labels: { ...build.labels },
      ...(build.target == null ? {} : { target: build.target }),
      buildargs: { ...build.buildArguments },
      // As a number: dockerode opens a session for the text '2', which nothing here needs.
      ...(build.buildkit ? { version: 2 as unknown as '2' } : {}),
      // An eighth of what a live app gets of cores that both want.
      cpushares: buildShares,
      ...registryConfig(build.logins),
      rm: true,
      forcerm: true,
      ...(memory === null ? {} : { memory, memswap: memory }),
      ...(cpu === null ? {} : { cpuperiod: cpuPeriod, cpuquota: Math.round(cpu * cpuPeriod) }),
      // A list like `2,3`, whatever the types of dockerode say.
      ...(cores === null ? {} : { cpusetcpus: cores as unknown as number }),
      abortSignal: signal,
    });
    for await (const chunk of stream as AsyncIterable<Uint8Array>) progress.push(chunk);
    progress.finish();
  } catch (error) {
    if (guard.signal.aborted) throw guard.signal.reason;
    if (signal.aborted)
      throw new WindlassError('cancelled', 'the build was cancelled', { cause: signal.reason });
    throw new WindlassError('failed', `Docker could not build the image: ${wordsOf(error).split('\n')[0]}`, {
      hint: 'Check the Dockerfile, and `windlass doctor` for the state of the engine.',
      cause: error,
    });
  } finally {
    guard.stop();
    context.destroy();
  }
  if (guard.signal.aborted) throw guard.signal.reason;
  signal.throwIfAborted();
  const { failure, image } = progress;
  if (failure !== null) throw buildFailure(failure, build);
  if (image === null) throw new WindlassError('failed', 'Docker ended the build without an image');
  return image;
}

function buildFailure(
  { message, code }: { message: string; code: number | null },
  { memory, logins }: Pick<ImageBuild, 'memory' | 'logins'>,
): WindlassError {
  if (code === killedCode && memory !== null) {
    const megabytes = Math.round(memory / 1024 ** 2);
    return new WindlassError('limit', `the build ran out of memory at ${megabytes} MB`, {
      hint: `Raise "build.memory" in windlass.json, like {"build": {"memory": "${Math.ceil((megabytes * 2) / 1024)}g"}}.`,
    });
  }
  if (code === null && registryRefusal(message) !== null) {
    const registry = registryIn(message);
    const login = logins.find(({ serveraddress }) => serveraddress === addressOf(registry)) ?? null;
    return registryFailure({ what: 'an image the build starts from', registry, login, words: message });
  }
  const step = code === null ? message : `a step of the build failed with exit code ${code}`;
  return new WindlassError('failed', step.split('\n')[0] ?? step, {
    hint: 'Its last lines say why; `docker build .` should work in a fresh checkout.',
  });
}

/** Sent as a header and kept by nobody: `X-Registry-Config` of the Engine API. */
function registryConfig(logins: readonly RegistryLogin[]) {
  if (logins.length === 0) return {};
  return {
    registryconfig: Object.fromEntries(
      logins.map(({ serveraddress, username, password }) => [serveraddress, { username, password }]),
    ),
  };
}

/** Of the engine's words, the registry they are about: they name an address, or else a reference. */
function registryIn(message: string): string {
  const [, asked] = /https?:\/\/([^/"\s]+)\//.exec(message) ?? [];
  const [, named] = /(?:for|from) ([\w.-]+(?:[.:]\w+)+|localhost)\/\S/.exec(message) ?? [];
  return registryName(asked ?? named ?? dockerHub);
}
