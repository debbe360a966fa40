/** Takes one deployment from its turn to the moment its release serves; undoes everything where it cannot. */

import type { Failure } from '../../shared/deployer/model.ts';
import { toPublicError, WindlassError } from '../../shared/errors.ts';
import type { JobContext } from '../kernel/jobs.ts';
import type { Log } from '../kernel/log.ts';
import type { AppStore, EnvironmentRow } from './app-store.ts';
import { type ReleaseCommand, ReleaseCommandFailure } from './commands/release-command.ts';
import type { Companions } from './composition/companions.ts';
import type { DeploymentRow, DeploymentStore } from './deployment-store.ts';
import type { Fleet } from './fleet.ts';
import type { ReleaseMaker } from './make-release.ts';
import type { Progress } from './progress.ts';
import type { ReleaseRow, ReleaseStore } from './release-store.ts';
import type { Starter } from './starter.ts';
import { type Switcher, stopGraceMs } from './switcher.ts';

/** Where a build writes to; read back by `deployments.follow` and `logs.read`. */
export interface BuildLog {
  write(text: string): void;
  tail(lines: number): Promise<string[]>;
  close(): Promise<void>;
}

export interface RolloutParts {
  log: Log;
  apps: AppStore;
  releases: ReleaseStore;
  deployments: DeploymentStore;
  fleet: Fleet;
  maker: ReleaseMaker;
  progress: Progress;
  openBuildLog(deployment: DeploymentRow): BuildLog;
  /** The last lines an instance wrote. */
  runTail(
    environment: EnvironmentRow,
    release: number,
    instance: string | null,
    lines: number,
  ): Promise<string[]>;
  starter: Starter;
  releaseCommand: ReleaseCommand;
  switcher: Switcher;
  companions: Companions;
  /** Called for each release that is new, before it is started. */
  onMade(environment: EnvironmentRow, release: ReleaseRow): void;
  /** Why a running deployment was told to stop; undefined where the server itself goes down. */
  calledOff(id: string): 'cancelled' | 'superseded' | undefined;
}

export interface Rollout {
  /** Runs the deployment's job. Resolves when it serves or has ended; throws only bugs and the server's own stop. */
  run(id: string, context: JobContext): Promise<void>;
}

export function createRollout(parts: RolloutParts): Rollout {
  const { apps, releases, deployments, fleet, progress } = parts;

  const bring = async (
    row: DeploymentRow,
    environment: EnvironmentRow,
    signal: AbortSignal,
    buildLog: BuildLog,
  ) => {
    const number =
      row.release ?? (await parts.maker.make(row, environment, signal, (text) => buildLog.write(text)));
    const release = releases.get(row.appId, number);
    const warm = fleet.isWarm(environment.id, number);
    if (row.release !== null)
      progress.move(row.id, { kind: 'begun', from: warm ? 'warm-release' : 'release' });
    else await parts.maker.clean(row.id);
    if (row.kind !== 'rollback') parts.onMade(environment, release);

    if (!warm) {
      const onLine = (text: string) => buildLog.write(text);
      const tasks = row.kind === 'deploy' || row.kind === 'promote';
      await parts.companions.prepare(environment, release, { tasks, signal, onLine });
      await parts.releaseCommand.run(row, environment, release, signal, onLine);
      await parts.starter.start(environment, release, signal);
      progress.move(row.id, { kind: 'started' });
      await parts.starter.untilHealthy(environment, release, signal);
      signal.throwIfAborted();
      progress.move(row.id, { kind: 'healthy' });
    }
    await parts.switcher.forward(deployments.get(row.id), environment, release);
  };

  const giveUp = async (
    row: DeploymentRow,
    environment: EnvironmentRow,
    error: unknown,
    buildLog: BuildLog,
  ) => {
    const now = deployments.get(row.id);
    if (!(error instanceof WindlassError))
      parts.log.error('a deployment hit a bug', { deployment: row.id, error });
    const ranInstances = now.phase === 'starting' || now.phase === 'checking' || now.phase === 'switching';
    const logTail = await (error instanceof ReleaseCommandFailure
      ? [...error.logTail]
      : ranInstances && now.release !== null
        ? parts.runTail(environment, now.release, null, 20)
        : buildLog.tail(20));
    const failure: Failure = { phase: now.phase, logTail, ...asFailure(error) };
    await undo(now, environment);
    const { liveRelease } = apps.environmentById(environment.id);
    if (liveRelease !== now.release) deployments.setPrevious(row.id, liveRelease);
    progress.move(row.id, { kind: 'failed' }, { failure });
  };

  /** Removes what the deployment made; what serves is not touched. */
  const undo = async (row: DeploymentRow, environment: EnvironmentRow) => {
    await parts.maker.clean(row.id);
    const { liveRelease } = apps.environmentById(environment.id);
    if (row.release !== null && row.release !== liveRelease) {
      await fleet.stop(environment.id, row.release, stopGraceMs);
      // Services may have been replaced for it already.
      const live = liveRelease === null ? null : releases.find(row.appId, liveRelease);
      await parts.companions.settle(environment, live);
    }
  };

  const attempt = async (row: DeploymentRow, environment: EnvironmentRow, signal: AbortSignal) => {
    const buildLog = parts.openBuildLog(row);
    try {
      await bring(row, environment, signal, buildLog);
    } catch (error) {
      if (!signal.aborted) {
        await giveUp(row, environment, error, buildLog);
        return;
      }
      const off = parts.calledOff(row.id);
      if (off === undefined) throw error;
      await undo(deployments.get(row.id), environment);
      // One that had not begun yet was moved by whoever called it off.
      if (deployments.get(row.id).finishedAt === null) progress.move(row.id, { kind: off });
    } finally {
      await buildLog.close();
    }
  };

  return {
    async run(id, { signal }) {
      const row = deployments.get(id);
      if (row.finishedAt !== null || row.phase === 'watching') return;
      try {
        await attempt(row, apps.environmentById(row.environmentId), signal);
      } catch (error) {
        if (signal.aborted) throw error;
        // Trying again what a bug broke would only break again, and hide the reason behind a count of tries.
        parts.log.error('a deployment hit a bug', { deployment: id, error });
        const now = deployments.get(id);
        if (now.finishedAt !== null || now.phase === 'watching') return;
        const failure: Failure = { phase: now.phase, logTail: [], ...asFailure(error) };
        progress.move(id, { kind: 'failed' }, { failure });
      }
    },
  };
}

function asFailure(error: unknown): Pick<Failure, 'message' | 'hint'> {
  const { message, hint } = toPublicError(error);
  return { message, ...(hint === undefined ? {} : { hint }) };
}
