/** What is in force in an environment now: for those who watch. Reads only. */

import { isServing } from '../../shared/deployer/deployment.ts';
import type { AppStore, EnvironmentRow } from './app-store.ts';
import type { DeploymentStore } from './deployment-store.ts';
import type { Fleet } from './fleet.ts';
import type { ReleaseStore } from './release-store.ts';

export interface InForce {
  /** The deployment that made the live release live; null where there is none. */
  deployment(app: string, environment: string): string | null;
  /** How many instances of the live release run, and should; null where there is no such environment. */
  instances(app: string, environment: string): { running: number; wanted: number } | null;
}

export function createInForce(parts: {
  apps: AppStore;
  releases: ReleaseStore;
  deployments: DeploymentStore;
  fleet: Fleet;
}): InForce {
  const { apps, releases, deployments, fleet } = parts;
  const find = (app: string, name: string): EnvironmentRow | undefined =>
    apps.environments().find((each) => each.app === app && each.name === name);
  return {
    deployment(app, name) {
      const environment = find(app, name);
      if (environment === undefined || environment.liveRelease === null) return null;
      const recent = deployments.list(environment.appId, environment.id, 50);
      const made = recent.find(
        ({ phase, release }) => isServing(phase) && release === environment.liveRelease,
      );
      return made?.id ?? null;
    },
    instances(app, name) {
      const environment = find(app, name);
      if (environment === undefined || environment.liveRelease === null) return null;
      const release = releases.find(environment.appId, environment.liveRelease);
      const wanted = environment.scale ?? release?.config.instances ?? 1;
      const running = fleet
        .members(environment.id)
        .filter((member) => member.release === environment.liveRelease && member.state === 'running');
      return { running: running.length, wanted: release?.launch.kind === 'static' ? 0 : wanted };
    },
  };
}
