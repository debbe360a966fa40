/** After a start: what an earlier server left is found again, started again, or taken up where it stopped. */

import { serviceKey } from '../../shared/proxy/backend.ts';
import type { Log } from '../kernel/log.ts';
import type { AppStore, EnvironmentRow } from './app-store.ts';
import type { Companions } from './composition/companions.ts';
import type { DeploymentStore } from './deployment-store.ts';
import type { Edge } from './edge.ts';
import type { Fleet } from './fleet.ts';
import type { InstanceRow, InstanceStore } from './instance-store.ts';
import type { Progress } from './progress.ts';
import type { ReleaseStore } from './release-store.ts';
import type { Starter } from './starter.ts';
import type { Supervisor } from './supervisor.ts';
import type { Watches } from './watches.ts';

export interface Recovery {
  /** Adopts instances that still run, starts what should run and does not, ends the rest. */
  instances(): Promise<void>;
  /** Unfinished deployments: a watch goes on, everything before a switch starts over. Before the jobs run. */
  deployments(): void;
}

export function createRecovery(parts: {
  log: Log;
  apps: AppStore;
  releases: ReleaseStore;
  deployments: DeploymentStore;
  fleet: Fleet;
  edge: Edge;
  progress: Progress;
  starter: Starter;
  watches: Watches;
  instances: InstanceStore;
  supervisor: Supervisor;
  companions: Companions;
}): Recovery {
  const {
    log,
    apps,
    releases,
    deployments,
    fleet,
    edge,
    progress,
    starter,
    watches,
    instances,
    supervisor,
    companions,
  } = parts;

  const isKeptWarm = (environment: EnvironmentRow, release: number) =>
    deployments
      .unfinished(environment.id)
      .some((row) => row.phase === 'watching' && row.previousRelease === release);

  const isAsleep = (environment: EnvironmentRow) =>
    edge.isAsleep(serviceKey(environment.app, environment.name));

  /** What an instance of an earlier process is to be now; null, and forgotten, where it is not wanted any more. */
  const whatFor = (row: InstanceRow) => {
    const environment = apps.environments().find((each) => each.id === row.environmentId);
    const release = environment && releases.find(environment.appId, row.release);
    if (environment && release && isWanted(environment, row)) return { environment, release, row };
    supervisor.drop(row.id);
    return null;
  };

  const isWanted = (environment: EnvironmentRow, { release, service }: InstanceRow): boolean => {
    if (environment.wanted !== 'running' || environment.liveRelease === null) return false;
    // A service goes on while the app beside it sleeps, and from one release to the next.
    if (service !== null) return true;
    return (
      !isAsleep(environment) && (environment.liveRelease === release || isKeptWarm(environment, release))
    );
  };

  /** After a reboot, or when the apps were ended with the server, there is nothing left to adopt. */
  const startMissing = async (environment: EnvironmentRow) => {
    if (environment.wanted !== 'running' || environment.liveRelease === null) return;
    const release = releases.find(environment.appId, environment.liveRelease);
    if (release) await companions.settle(environment, release);
    if (isAsleep(environment) || !release || fleet.members(environment.id, release.number).length > 0) return;
    try {
      await starter.start(environment, release);
      fleet.supervise(environment.id, release.number);
      edge.stageBackend(
        serviceKey(environment.app, environment.name),
        fleet.backend(environment.id, release),
      )();
    } catch (error) {
      log.error('an app could not be started', { app: environment.app, release: release.number, error });
    }
  };

  return {
    async instances() {
      const found = instances.all().map(whatFor);
      const services = found.filter((each) => each?.row.service != null);
      // Services first: after a reboot an app needs its database sooner than the database its app.
      await Promise.all(
        services.map((each) => each && companions.resume(each.environment, each.release, each.row)),
      );
      const serving = found.filter((each) => each?.row.service === null);
      await Promise.all(
        serving.map((each) => each && fleet.resume(each.environment, each.release, each.row)),
      );
      await supervisor.sweep();
      await Promise.all(apps.environments().map(startMissing));
    },
    deployments() {
      for (const row of deployments.unfinished()) {
        if (row.phase === 'queued') continue;
        if (row.phase !== 'watching') {
          progress.move(row.id, { kind: 'interrupted' });
        } else if (apps.environmentById(row.environmentId).liveRelease === row.release) {
          watches.begin(row);
        } else {
          progress.move(row.id, { kind: 'settled' });
        }
      }
    },
  };
}
