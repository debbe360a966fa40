/** What an instance is told about itself: the environment variables of product contract and person alike. */

import type { InstanceIdentity } from '../kernel/feature.ts';
import type { EnvironmentRow } from './app-store.ts';
import type { ReleaseRow } from './release-store.ts';
import type { InstanceSpec } from './runtimes/runtime.ts';
import type { Variables } from './variable-store.ts';

/**
 * The person's variables, then ours: `PORT` and the `WINDLASS_*` names always say the truth, the rest yields to what
 * the person set.
 */
export function instanceSpec(parts: {
  environment: EnvironmentRow;
  release: ReleaseRow;
  variables: Variables;
  /** What the other features say to it. */
  given(instance: InstanceIdentity): Variables;
  id: string;
  port: number;
  artefact: string;
  url: string;
}): InstanceSpec {
  const { environment, release, id, port, url } = parts;
  const identity = { app: environment.app, environment: environment.name, release: release.number, url };
  return {
    id,
    app: environment.app,
    environment: environment.name,
    release: release.number,
    artefact: parts.artefact,
    plan: release.launch,
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
      ...parts.variables,
      PORT: String(port),
      WINDLASS_APP: environment.app,
      WINDLASS_ENV: environment.name,
      WINDLASS_RELEASE: String(release.number),
      WINDLASS_URL: url,
    },
  };
}
