/** Everything the deployer keeps in control.db. */

import type { Kernel } from '../kernel/kernel.ts';
import { type AppStore, createAppStore } from './app-store.ts';
import { type CommitStore, createCommitStore } from './commit-store.ts';
import { createDeploymentStore, type DeploymentStore } from './deployment-store.ts';
import { createRegistryStore, type RegistryStore } from './registries/registry-store.ts';
import { createReleaseStore, type ReleaseStore } from './release-store.ts';
import { createVariableStore, type VariableStore } from './variable-store.ts';

export interface Stores {
  readonly apps: AppStore;
  readonly releases: ReleaseStore;
  readonly deployments: DeploymentStore;
  readonly variables: VariableStore;
  readonly commits: CommitStore;
  readonly registries: RegistryStore;
}

export function createStores({ store, secrets }: Kernel): Stores {
  return {
    apps: createAppStore(store),
    releases: createReleaseStore(store),
    deployments: createDeploymentStore(store),
    variables: createVariableStore(store, secrets),
    commits: createCommitStore(store),
    registries: createRegistryStore(store, secrets),
  };
}
