/** The durable job that a deployment is. */

import type { JobKind } from '../kernel/jobs.ts';
import type { DeploymentStore } from './deployment-store.ts';
import { deployJob } from './orders.ts';
import type { Progress } from './progress.ts';
import type { Rollout } from './rollout.ts';

/** Deployments that run side by side, one an environment. */
export const deploysAtOnce = 4;
/** A deployment that took the server down this often is given up. */
const attempts = 3;

export function deployJobKind(rollout: Rollout, deployments: DeploymentStore, progress: Progress): JobKind {
  return {
    kind: deployJob,
    concurrency: deploysAtOnce,
    maxAttempts: attempts,
    run: rollout.run,
    onGivenUp(id) {
      const row = deployments.unfinished().find((each) => each.id === id);
      if (!row || row.phase === 'watching') return;
      const message = `the server stopped ${attempts} times in the middle of this deployment`;
      progress.move(id, { kind: 'failed' }, { failure: { phase: row.phase, message, logTail: [] } });
    },
  };
}
