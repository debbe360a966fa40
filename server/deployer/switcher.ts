/** Moves an environment from one release to another and, where the new one misbehaves, back. Never two moves at once. */

import type { Failure } from '../../shared/deployer/model.ts';
import { toPublicError } from '../../shared/errors.ts';
import { serviceKey } from '../../shared/proxy/backend.ts';
import { fileRulesOf } from '../../shared/proxy/rules.ts';
import type { Log } from '../kernel/log.ts';
import type { AppStore, EnvironmentRow } from './app-store.ts';
import type { Companions } from './composition/companions.ts';
import type { DeploymentRow, DeploymentStore } from './deployment-store.ts';
import type { Edge } from './edge.ts';
import type { Fleet } from './fleet.ts';
import { healthRules } from './health.ts';
import type { Progress } from './progress.ts';
import type { ReleaseRow, ReleaseStore } from './release-store.ts';
import type { Starter } from './starter.ts';
import { createTurns } from './turns.ts';

/** Milliseconds that requests in flight get on the release they started on. */
export const drainMs = 30_000;
/** Milliseconds an instance gets between SIGTERM and SIGKILL. */
export const stopGraceMs = 10_000;

export interface Switcher {
  /** The route moves to `release`; resolves once the proxy has answered from it and its watch has begun. */
  forward(row: DeploymentRow, environment: EnvironmentRow, release: ReleaseRow): Promise<void>;
  /** The watched deployment did badly: back to the release before it, or told as failed where there is none. */
  back(id: string, reason: string, instance: string | null): Promise<void>;
  /** The watch window passed: the deployment is live for good and the release before it ends. */
  settle(id: string): Promise<void>;
  /** Resolves when nothing drains or stops any more. */
  idle(): Promise<void>;
}

export interface SwitcherParts {
  log: Log;
  apps: AppStore;
  releases: ReleaseStore;
  deployments: DeploymentStore;
  fleet: Fleet;
  edge: Edge;
  progress: Progress;
  starter: Starter;
  companions: Companions;
  runTail(
    environment: EnvironmentRow,
    release: number,
    instance: string | null,
    lines: number,
  ): Promise<string[]>;
  /** Starts watching the deployment; `end` stops without a verdict. */
  watches: { begin(row: DeploymentRow): void; end(environmentId: number): DeploymentRow | null };
  /** Called when a deployment is live for good; prunes what is too old. */
  onLive(environment: EnvironmentRow): void;
}

export function createSwitcher(parts: SwitcherParts): Switcher {
  const { apps, deployments, fleet, edge, progress } = parts;
  const turns = createTurns<number>();
  const retiring = new Map<string, Promise<void>>();
  const keyOf = (environment: EnvironmentRow) => serviceKey(environment.app, environment.name);

  /** Lets a release finish what it has; remembered so that nobody stops it meanwhile. */
  const drain = (environment: EnvironmentRow, release: number): Promise<void> => {
    const name = `${environment.id}/${release}`;
    const draining = edge
      .drain(keyOf(environment), release, drainMs)
      .then(
        () => undefined,
        (error: unknown) =>
          parts.log.error('draining failed', { service: keyOf(environment), release, error }),
      )
      .finally(() => retiring.delete(name));
    retiring.set(name, draining);
    return draining;
  };

  /** Ends the instances of a release that no longer serves, once it is drained. */
  const retire = (environment: EnvironmentRow, release: number) => {
    const name = `${environment.id}/${release}/stop`;
    const draining = retiring.get(`${environment.id}/${release}`);
    const stopping = Promise.resolve(draining)
      .then(async () => {
        if (apps.environmentById(environment.id).liveRelease === release) return;
        await fleet.stop(environment.id, release, stopGraceMs);
      })
      .catch((error: unknown) =>
        parts.log.error('stopping a release failed', { service: keyOf(environment), release, error }),
      )
      .finally(() => retiring.delete(name));
    retiring.set(name, stopping);
  };

  const point = (environment: EnvironmentRow, release: ReleaseRow) => {
    const key = keyOf(environment);
    apps.setLive(environment.id, release.number);
    apps.setWanted(environment.id, 'running');
    const routes = release.config.routes ?? [];
    edge.setConfigRoutes(
      key,
      routes.map((route) => ({ pathPrefix: route.path, stripPrefix: route.strip ?? false })),
    );
    edge.setConfigRules(key, fileRulesOf(release.config));
    edge.setHealthPath(key, healthRules(release.config).path);
    return edge.stageBackend(key, fleet.backend(environment.id, release));
  };

  const forward: Switcher['forward'] = (row, environment, release) =>
    turns.take(environment.id, async () => {
      const previous = apps.environmentById(environment.id).liveRelease;
      const watched = parts.watches.end(environment.id);
      progress.move(
        row.id,
        { kind: 'switched' },
        {
          quietly: true,
          also: () => {
            deployments.setPrevious(row.id, previous === release.number ? null : previous);
            return point(environment, release);
          },
        },
      );
      fleet.supervise(environment.id, release.number);
      void parts.companions.settle(environment, release);
      if (watched) closeWatched(watched, environment, row, release.number);

      if (!(await answersFrom(environment, release))) {
        const reason = 'the proxy got no answer from the new release after the switch';
        await goBack(row.id, reason, null);
        return;
      }
      progress.announce(row.id);
      if (previous !== null && previous !== release.number) void drain(environment, previous);
      // A rollback goes to what has proven itself; watching it could only bounce between two releases.
      if (row.kind === 'rollback' || healthRules(release.config).watch === 0) settleNow(row.id);
      else parts.watches.begin(deployments.get(row.id));
    });

  const closeWatched = (
    watched: DeploymentRow,
    environment: EnvironmentRow,
    by: DeploymentRow,
    now: number,
  ) => {
    if (by.kind === 'rollback' && watched.release !== now) {
      const message = `rolled back by hand to release ${now}`;
      progress.move(
        watched.id,
        { kind: 'rolled-back' },
        { failure: { phase: 'watching', message, logTail: [] } },
      );
    } else {
      progress.move(watched.id, { kind: 'settled' });
    }
    if (watched.previousRelease !== null && watched.previousRelease !== now) {
      retire(environment, watched.previousRelease);
    }
  };

  const answersFrom = async (environment: EnvironmentRow, release: ReleaseRow): Promise<boolean> => {
    // While paused no request may pass; the release was probed directly before.
    if (edge.isPaused(keyOf(environment))) return true;
    const { path } = healthRules(release.config);
    for (let tries = 0; tries < 3; tries++) {
      if ((await edge.releaseServing(keyOf(environment), path)) === release.number) return true;
    }
    return false;
  };

  const settleNow = (id: string) => {
    const row = deployments.get(id);
    const environment = apps.environmentById(row.environmentId);
    progress.move(id, { kind: 'settled' });
    if (row.previousRelease !== null) retire(environment, row.previousRelease);
    parts.onLive(environment);
  };

  const goBack = async (id: string, reason: string, instance: string | null) => {
    const row = deployments.get(id);
    const environment = apps.environmentById(row.environmentId);
    if (row.phase !== 'watching' || row.release === null || environment.liveRelease !== row.release) return;
    const logTail = await parts.runTail(environment, row.release, instance, 20);
    const failure: Failure = { phase: 'watching', message: reason, logTail };
    const previous = await bringBack(environment, row.previousRelease);
    if (previous.kind === 'none') {
      progress.move(
        id,
        { kind: 'misbehaved', previous: false },
        { failure: { ...failure, hint: previous.hint } },
      );
      return;
    }
    progress.move(
      id,
      { kind: 'misbehaved', previous: true },
      {
        failure,
        also: () => point(environment, previous.release),
      },
    );
    fleet.supervise(environment.id, previous.release.number);
    void parts.companions.settle(environment, previous.release);
    void drain(environment, row.release);
    retire(environment, row.release);
  };

  const bringBack = async (environment: EnvironmentRow, number: number | null) => {
    if (number === null)
      return { kind: 'none', hint: 'There is no earlier release; it was left running.' } as const;
    try {
      const release = parts.releases.get(environment.appId, number);
      if (!fleet.isWarm(environment.id, number)) {
        await parts.starter.start(environment, release);
        await parts.starter.untilHealthy(environment, release, new AbortController().signal);
      }
      return { kind: 'back', release } as const;
    } catch (error) {
      const { message } = toPublicError(error);
      return {
        kind: 'none',
        hint: `Release ${number} could not be brought back: ${message}. It was left running.`,
      } as const;
    }
  };

  return {
    forward,
    back: (id, reason, instance) =>
      turns.take(deployments.get(id).environmentId, () => goBack(id, reason, instance)),
    settle: (id) =>
      turns.take(deployments.get(id).environmentId, async () => {
        if (deployments.get(id).phase === 'watching') settleNow(id);
      }),
    idle: async () => void (await Promise.all(retiring.values())),
  };
}
