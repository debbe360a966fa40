/** What a person can order: deploy, go back, promote, restart, scale, stop, start, remove, cancel. */

import type { Commit } from '../../shared/deployer/commit.ts';
import { after } from '../../shared/deployer/deployment.ts';
import type { Deployment, Source } from '../../shared/deployer/model.ts';
import { WindlassError } from '../../shared/errors.ts';
import { serviceKey } from '../../shared/proxy/backend.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Jobs } from '../kernel/jobs.ts';
import type { Store } from '../kernel/store.ts';
import type { AppStore, EnvironmentRow } from './app-store.ts';
import type { CommitStore } from './commit-store.ts';
import type { Companions } from './composition/companions.ts';
import type { DeploymentRow, DeploymentStore } from './deployment-store.ts';
import type { Edge } from './edge.ts';
import type { Feed } from './feed.ts';
import type { Fleet } from './fleet.ts';
import type { ReleaseMaker } from './make-release.ts';
import type { Progress } from './progress.ts';
import type { ReleaseStore } from './release-store.ts';
import { drainMs, stopGraceMs } from './switcher.ts';

/** The job that runs a deployment; its subject is the deployment's id. */
export const deployJob = 'deploy';

export interface Orders {
  /** `commits`: what the source says of its history, newest first. */
  deploy(app: string, environment: string, source: Source, commits?: readonly Commit[]): Deployment;
  /** Resolves once the older release serves. Throws `not-found` (no such release, none before) or `failed`. */
  rollback(
    environment: EnvironmentRow,
    to: number | undefined,
    signal: AbortSignal,
  ): Promise<{ deployment: Deployment; warm: boolean; tookMs: number }>;
  promote(app: string, environment: string, from: string): Deployment;
  /** A new release of the same files with the variables of now. Throws `conflict` where nothing is live. */
  restart(environment: EnvironmentRow): Deployment;
  scale(environment: EnvironmentRow, instances: number): Deployment;
  stop(environment: EnvironmentRow): Promise<void>;
  start(environment: EnvironmentRow, signal: AbortSignal): Promise<void>;
  /** Throws `conflict` once the route may have moved. */
  cancel(id: string): Promise<Deployment>;
  /** The environment, made with its given host where it does not exist yet. Inside a transaction. */
  ensureEnvironment(app: string, environment: string): EnvironmentRow;
  /** Ends everything of the app, frees its hosts and deletes its files; its volumes only if asked. */
  remove(app: string, volumes: boolean): Promise<void>;
  /** Why a running deployment was told to stop; undefined where it was not. */
  calledOff(id: string): 'cancelled' | 'superseded' | undefined;
}

export interface OrdersParts {
  clock: Clock;
  store: Store;
  jobs: Jobs;
  apps: AppStore;
  releases: ReleaseStore;
  deployments: DeploymentStore;
  commits: CommitStore;
  fleet: Fleet;
  companions: Companions;
  edge: Edge;
  maker: ReleaseMaker;
  progress: Progress;
  feed: Feed;
  /** `<app>.<base domain>`, or `<app>-<environment>.<base domain>`. */
  givenHost(app: string, environment: string): string;
  endWatch(environmentId: number): DeploymentRow | null;
  /** Deletes what the app has on disk. */
  onRemoved(app: string, volumes: boolean): Promise<void>;
}

export function createOrders(parts: OrdersParts): Orders {
  const { clock, store, jobs, apps, releases, deployments, fleet, companions, edge, progress, feed } = parts;
  const off = new Map<string, 'cancelled' | 'superseded'>();

  /** Queues a deployment; older ones of the environment that only wait are superseded. Inside a transaction. */
  const queue = (
    environment: EnvironmentRow,
    kind: Deployment['kind'],
    source: Source,
    release: number | null,
  ): DeploymentRow => {
    for (const waiting of deployments.unfinished(environment.id)) {
      if (waiting.phase === 'queued') callOff(waiting, 'superseded');
    }
    const id = newDeploymentId(clock.now());
    deployments.add({
      id,
      appId: environment.appId,
      environmentId: environment.id,
      kind,
      source,
      createdAt: clock.now(),
    });
    if (release !== null) deployments.setRelease(id, release);
    jobs.add({ kind: deployJob, subject: id, key: `environment:${environment.id}` });
    return deployments.get(id);
  };

  const callOff = (row: DeploymentRow, why: 'cancelled' | 'superseded') => {
    // The rollout asks within moments; old answers are of no use to anybody.
    for (const id of off.keys()) if (off.size >= 100) off.delete(id);
    off.set(row.id, why);
    jobs.cancel(deployJob, row.id);
    if (row.phase === 'queued') progress.move(row.id, { kind: why });
  };

  const ofSameFiles = (environment: EnvironmentRow, kind: Deployment['kind'], origin: number): Deployment =>
    store.transaction(() => {
      const release = parts.maker.derive(environment, { appId: environment.appId, number: origin });
      return progress.show(queue(environment, kind, { kind: 'release', release: origin }, release));
    });

  const liveOf = (environment: EnvironmentRow): number => {
    if (environment.liveRelease !== null) return environment.liveRelease;
    throw new WindlassError('conflict', `nothing is live in ${environment.app} ${environment.name}`, {
      hint: 'Deploy something to it first.',
    });
  };

  const unfinishedBeforeSwitch = (environment: EnvironmentRow) =>
    deployments.unfinished(environment.id).filter((row) => after[row.phase].includes('superseded'));

  /** Ends what was under way in the environment and waits until it is tidied up. */
  const clear = async (environment: EnvironmentRow, why: 'cancelled' | 'superseded') => {
    const rows = unfinishedBeforeSwitch(environment);
    for (const row of rows) callOff(row, why);
    await Promise.all(rows.map((row) => feed.untilServing(row.id, new AbortController().signal)));
  };

  const ensureEnvironment = (app: string, environment: string): EnvironmentRow => {
    const row = apps.ensure(app, environment, clock.now());
    edge.ensureService(serviceKey(app, environment), parts.givenHost(app, environment));
    return row;
  };

  return {
    ensureEnvironment,
    calledOff: (id) => off.get(id),

    deploy: (app, environment, source, history = []) =>
      store.transaction(() => {
        const row = ensureEnvironment(app, environment);
        if (source.kind === 'release') return ofSameFiles(row, 'restart', source.release);
        const queued = queue(row, 'deploy', source, null);
        parts.commits.put(queued.id, history);
        return progress.show(queued);
      }),

    async rollback(environment, to, signal) {
      const began = clock.monotonic();
      const target = to ?? deployments.lastLiveBefore(environment.id, environment.liveRelease);
      if (target === null) {
        throw new WindlassError(
          'not-found',
          `${environment.app} ${environment.name} has no earlier release`,
          {
            hint: 'A rollback needs at least two releases that were live.',
          },
        );
      }
      const release = releases.get(environment.appId, target);
      if (release.environmentId !== environment.id) {
        throw new WindlassError('conflict', `release ${target} was made for another environment`, {
          hint: `Use \`windlass promote\` to bring it to ${environment.name}.`,
        });
      }
      if (environment.liveRelease === target && environment.wanted === 'running') {
        throw new WindlassError('conflict', `release ${target} is live already`);
      }
      await clear(environment, 'superseded');
      const warm = fleet.isWarm(environment.id, target);
      const row = store.transaction(() =>
        queue(environment, 'rollback', { kind: 'release', release: target }, target),
      );
      const deployment = await feed.untilServing(row.id, signal);
      throwIfFailed(deployment);
      return { deployment, warm, tookMs: clock.monotonic() - began };
    },

    promote: (app, environment, from) =>
      store.transaction(() => {
        const origin = apps.environment(app, from);
        const release = liveOf(origin);
        if (from === environment)
          throw new WindlassError('invalid', 'an environment cannot be promoted to itself');
        const target = ensureEnvironment(app, environment);
        return ofSameFiles(target, 'promote', release);
      }),

    restart: (environment) => ofSameFiles(environment, 'restart', liveOf(environment)),

    scale: (environment, instances) =>
      store.transaction(() => {
        const release = liveOf(environment);
        apps.setScale(environment.id, instances);
        return ofSameFiles({ ...environment, scale: instances }, 'restart', release);
      }),

    async stop(environment) {
      const release = liveOf(environment);
      const key = serviceKey(environment.app, environment.name);
      await clear(environment, 'cancelled');
      const watched = parts.endWatch(environment.id);
      if (watched) progress.move(watched.id, { kind: 'settled' });
      store.transaction(() => {
        apps.setWanted(environment.id, 'stopped');
        edge.stop(key);
      });
      await edge.drain(key, release, drainMs);
      await fleet.stop(environment.id, null, stopGraceMs);
      await companions.stop(environment.id);
    },

    async start(environment, signal) {
      const release = liveOf(environment);
      if (environment.wanted === 'running') {
        throw new WindlassError('conflict', `${environment.app} ${environment.name} is running already`, {
          hint: '`windlass restart` starts new instances beside the old ones.',
        });
      }
      const row = store.transaction(() =>
        queue(environment, 'restart', { kind: 'release', release }, release),
      );
      throwIfFailed(await feed.untilServing(row.id, signal));
    },

    async cancel(id) {
      const row = deployments.get(id);
      if (!after[row.phase].includes('cancelled')) {
        throw new WindlassError('conflict', `the deployment is ${row.phase} and cannot be cancelled`, {
          hint: row.phase === 'watching' ? 'Use `windlass rollback` to go back.' : undefined,
        });
      }
      callOff(row, 'cancelled');
      return feed.untilServing(id, new AbortController().signal);
    },

    async remove(app, volumes) {
      const row = apps.app(app);
      for (const environment of apps.environments(row.id)) {
        await clear(environment, 'cancelled');
        parts.endWatch(environment.id);
        store.transaction(() => edge.remove(serviceKey(app, environment.name)));
        await fleet.stop(environment.id, null, stopGraceMs);
        await companions.stop(environment.id);
      }
      store.transaction(() => apps.removeApp(row.id));
      await parts.onRemoved(app, volumes);
    },
  };
}

function throwIfFailed({ phase, failure }: Deployment): void {
  if (phase === 'live' || phase === 'watching') return;
  throw new WindlassError('failed', failure?.message ?? `the deployment ended as ${phase}`, {
    hint: failure?.hint,
  });
}

/** Sorts by time, says nothing about the app, and is short enough to type. */
function newDeploymentId(now: number): string {
  return `d-${now.toString(36)}-${Math.random().toString(36).slice(2, 6).padEnd(4, '0')}`;
}
