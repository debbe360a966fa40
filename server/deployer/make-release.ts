/** From a source to a release: fetched, configured, built, stored. */

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { configDefaults } from '../../shared/deployer/app-config.ts';
import { parseConfigFile } from '../../shared/deployer/config-file.ts';
import type { Source } from '../../shared/deployer/model.ts';
import { WindlassError } from '../../shared/errors.ts';
import type { Clock } from '../kernel/clock.ts';
import type { AppStore, EnvironmentRow } from './app-store.ts';
import { diskLimit } from './builders/build-limits.ts';
import type { BuildQueue } from './builders/build-queue.ts';
import type { Builder } from './builders/builder.ts';
import { guardDisk } from './builders/disk-guard.ts';
import type { CommitStore } from './commit-store.ts';
import { checkSchedules } from './cron/schedule.ts';
import type { DeploymentRow, DeploymentStore } from './deployment-store.ts';
import type { Progress } from './progress.ts';
import type { ReleaseStore } from './release-store.ts';
import type { LaunchPlan, Runtime } from './runtimes/runtime.ts';
import type { Fetched, Fetcher } from './sources/fetcher.ts';
import type { VariableStore } from './variable-store.ts';

export interface ReleaseMaker {
  /** Takes the deployment from `queued` to `starting`; resolves to the release's number. Throws `WindlassError` or the signal's reason. */
  make(
    deployment: DeploymentRow,
    environment: EnvironmentRow,
    signal: AbortSignal,
    onLine: (text: string) => void,
  ): Promise<number>;
  /** A new release of the same artefact with the variables of now: for restarts, scaling and promotions. Inside a transaction. */
  derive(environment: EnvironmentRow, from: { appId: number; number: number }): number;
  /** Deletes the deployment's build folder, where there is one. */
  clean(deployment: string): Promise<void>;
}

export interface ReleaseMakerParts {
  clock: Clock;
  /** Scratch folders of builds. */
  buildsFolder: string;
  /** Bytes free on their disk, and how many must stay so: below it nothing is fetched or built. */
  freeBytes(): Promise<number>;
  freeFloor: number;
  apps: AppStore;
  releases: ReleaseStore;
  deployments: DeploymentStore;
  commits: CommitStore;
  variables: VariableStore;
  progress: Progress;
  fetcher: Fetcher;
  builder: Builder;
  builds: BuildQueue;
}

export function createReleaseMaker(parts: ReleaseMakerParts): ReleaseMaker {
  const { clock, apps, releases, deployments, variables, progress } = parts;
  const folderOf = (deployment: string) => join(parts.buildsFolder, deployment);

  return {
    clean: (deployment) => rm(folderOf(deployment), { recursive: true, force: true }),

    derive(environment, from) {
      const origin = releases.get(from.appId, from.number);
      const number = apps.takeReleaseNumber(environment.appId);
      const { prunedAt: _never, ...copied } = origin;
      releases.add({
        ...copied,
        number,
        environmentId: environment.id,
        variables: variables.freeze(variables.read(environment.id), environment.appId),
        madeFrom: origin.madeFrom,
        createdAt: clock.now(),
      });
      return number;
    },

    async make(deployment, environment, signal, onLine) {
      const source = freshSource(deployment.source);
      await checkDisk(parts);
      const folder = join(folderOf(deployment.id), 'source');
      await rm(folderOf(deployment.id), { recursive: true, force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });

      progress.move(deployment.id, { kind: 'begun', from: 'source' });
      const image = source.kind === 'image' ? source.reference : undefined;
      const fetched: Fetched =
        source.kind === 'image'
          ? { from: source.reference }
          : await parts.fetcher.fetch({ source, into: folder, onLine, signal });
      if (fetched.commits !== undefined) parts.commits.put(deployment.id, fetched.commits);
      const config = await readConfig(folder);
      progress.move(deployment.id, { kind: 'fetched' });

      const built = await parts.builds.take(
        deployment.id,
        () => buildInTime(parts, { deployment, environment, folder, image, config, signal, onLine }),
        signal,
      );
      signal.throwIfAborted();
      if (config.secretFiles !== undefined && built.launch.kind !== 'container') {
        onLine(
          '"secretFiles" is for containers: this app runs without one and has its variables in its environment',
        );
      }
      progress.move(
        deployment.id,
        { kind: 'built' },
        {
          also: () => {
            const number = apps.takeReleaseNumber(environment.appId);
            releases.add({
              appId: environment.appId,
              number,
              environmentId: environment.id,
              artefact: built.digest,
              bytes: built.bytes,
              runtime: runtimeOf(built.launch),
              preset: built.preset,
              launch: built.launch,
              config,
              variables: variables.freeze(variables.read(environment.id), environment.appId),
              given: built.given === undefined ? null : variables.freeze(built.given, environment.appId),
              madeFrom: fetched.from,
              createdAt: clock.now(),
            });
            deployments.setRelease(deployment.id, number);
            return undefined;
          },
        },
      );
      const { release } = deployments.get(deployment.id);
      if (release === null) throw new Error('a release just stored is missing');
      return release;
    },
  };
}

/** Every deployment of an existing release carries its number from the start, so only fresh sources get here. */
function freshSource(source: Source): Exclude<Source, { kind: 'release' }> {
  if (source.kind === 'release') throw new Error('a release is not made of a release');
  return source;
}

function runtimeOf({ kind }: LaunchPlan): Runtime['kind'] {
  switch (kind) {
    case 'static':
      return 'static';
    case 'process':
      return 'native';
    case 'container':
      return 'docker';
  }
}

async function checkDisk({ freeBytes, freeFloor }: ReleaseMakerParts): Promise<void> {
  const free = await freeBytes();
  if (free >= freeFloor) return;
  const megabytes = (bytes: number) => `${Math.floor(bytes / 1024 ** 2)} MB`;
  throw new WindlassError(
    'limit',
    `the disk has ${megabytes(free)} free, and ${megabytes(freeFloor)} must stay so`,
    {
      hint: 'Free some space on the server, then deploy again.',
    },
  );
}

async function readConfig(folder: string) {
  const file = Bun.file(join(folder, 'windlass.json'));
  if (!(await file.exists())) return {};
  const config = parseConfigFile(await file.text());
  checkSchedules(config);
  return config;
}

async function buildInTime(
  parts: ReleaseMakerParts,
  build: {
    deployment: DeploymentRow;
    environment: EnvironmentRow;
    folder: string;
    image: string | undefined;
    config: Awaited<ReturnType<typeof readConfig>>;
    signal: AbortSignal;
    onLine: (text: string) => void;
  },
) {
  const { config } = build;
  const seconds = config.build?.timeout ?? configDefaults.build.timeout;
  const late = AbortSignal.timeout(seconds * 1000);
  const guard = guardDisk({
    folder: join(parts.buildsFolder, build.deployment.id),
    mostBytes: diskLimit(config),
    freeFloor: parts.freeFloor,
    freeBytes: parts.freeBytes,
  });
  try {
    return await parts.builder.build({
      app: build.environment.app,
      deployment: build.deployment.id,
      folder: build.folder,
      ...(build.image === undefined ? {} : { image: build.image }),
      config,
      env: parts.variables.read(build.environment.id),
      onLine: build.onLine,
      signal: AbortSignal.any([build.signal, late, guard.signal]),
    });
  } catch (error) {
    if (build.signal.aborted) throw error;
    if (guard.signal.aborted) throw guard.signal.reason;
    if (!late.aborted) throw error;
    throw new WindlassError('limit', `the build took longer than ${seconds} s`, {
      hint: 'Set "build.timeout" in windlass.json, in seconds, to give it more.',
      cause: error,
    });
  } finally {
    guard.stop();
  }
}
