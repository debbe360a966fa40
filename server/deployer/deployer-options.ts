/** What compose.ts gives the deployer. */

import type { InstanceIdentity } from '../kernel/feature.ts';
import type { RuntimeWish } from './builders/choose-builder.ts';
import type { Edge } from './edge.ts';
import type { Variables } from './variable-store.ts';

export interface DeployerOptions {
  edge: Edge;
  /** Apps get `<app>.<baseDomain>`, previews `<app>-<environment>.<baseDomain>`. */
  baseDomain: string;
  /** How apps run. */
  runtime: RuntimeWish;
  /** This very program. */
  execPath: string;
  /** What other features tell an app's instances. */
  variablesFor(instance: InstanceIdentity): Variables;
  /** The server's environment. */
  env: Readonly<Record<string, string | undefined>>;
}
