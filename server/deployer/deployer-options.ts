/** What compose.ts gives the deployer. */

import type { ReleaseErrors } from '../../shared/errors/evidence.ts';
import type { InstanceIdentity } from '../kernel/feature.ts';
import type { RuntimeWish } from './builders/choose-builder.ts';
import type { Edge } from './edge.ts';
import type { Variables } from './variable-store.ts';

/** Asks what was reported of a release since it went live (ms), and of the one before it; null where nothing was. */
export type ErrorsOf = (asked: {
  app: string;
  environment: string;
  release: number;
  previous: number;
  since: number;
}) => Promise<ReleaseErrors | null>;

export interface DeployerOptions {
  edge: Edge;
  /** From whoever tracks errors. */
  errorsOf: ErrorsOf;
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
