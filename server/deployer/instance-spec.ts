/** What an instance is told about itself: the environment variables of product contract and person alike. */

import type { InstanceIdentity } from '../kernel/feature.ts';
import type { EnvironmentRow } from './app-store.ts';
import { fillSurroundings, type Values } from './composition/fill.ts';
import type { ReleaseRow } from './release-store.ts';
import type { InstanceSpec, LaunchPlan, SecretFile } from './runtimes/runtime.ts';
import type { Variables } from './variable-store.ts';

/**
 * The person's variables, then ours: `PORT` and the `WINDLASS_*` names always say the truth, the rest yields to what
 * the person set.
 */
export function instanceSpec(parts: {
  environment: EnvironmentRow;
  release: ReleaseRow;
  variables: Variables;
  /** What files of the source gave to containers. */
  filesGave: Variables;
  /** What the other features say to it. */
  given(instance: InstanceIdentity): Variables;
  id: string;
  port: number;
  artefact: string;
  url: string;
}): InstanceSpec {
  const { environment, release, id, port, url } = parts;
  const values = { variables: parts.variables, given: parts.filesGave };
  const plan = filledPlan(release.launch, values);
  const secret = new Set(release.launch.kind === 'container' ? release.config.secretFiles : []);
  // A Compose file says itself which service gets which variable.
  const variables = plan.launch === release.launch ? Object.entries(parts.variables) : [];
  const identity = {
    app: environment.app,
    environment: environment.name,
    release: release.number,
    url,
    inContainer: release.launch.kind === 'container',
  };
  return {
    id,
    app: environment.app,
    environment: environment.name,
    release: release.number,
    artefact: parts.artefact,
    plan: plan.launch,
    config: release.config,
    port,
    env: {
      NODE_ENV: 'production',
      // Frameworks differ in which of the two they bind to; either keeps the app off public interfaces.
      HOST: '127.0.0.1',
      HOSTNAME: '127.0.0.1',
      SENTRY_RELEASE: `${environment.app}@${release.number}`,
      SENTRY_ENVIRONMENT: environment.name,
      ...parts.given(identity),
      ...plan.env,
      ...Object.fromEntries(variables.filter(([name]) => !secret.has(name))),
      ...Object.fromEntries([...secret].map((name) => [`${name}_FILE`, secretPath(name)])),
      PORT: String(port),
      WINDLASS_APP: environment.app,
      WINDLASS_ENV: environment.name,
      WINDLASS_RELEASE: String(release.number),
      WINDLASS_URL: url,
    },
    files: [
      ...plan.files,
      ...variables
        .filter(([name]) => secret.has(name))
        .map(([name, text]) => ({ path: secretPath(name), text })),
    ],
  };
}

const secretPath = (name: string): string => `/run/secrets/${name}`;

function filledPlan(
  launch: LaunchPlan,
  values: Values,
): { launch: LaunchPlan; env: Variables; files: readonly SecretFile[] } {
  if (launch.kind !== 'container' || launch.surroundings === undefined) return { launch, env: {}, files: [] };
  const service = launch.composition?.web ?? '';
  const { filled, files } = fillSurroundings(launch.surroundings, service, values);
  return { launch: { ...launch, surroundings: filled }, env: filled.environment ?? {}, files };
}
