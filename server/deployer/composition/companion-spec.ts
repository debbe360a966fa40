/** What the runtime is told about a service beside an app, and how two of them are told apart. Pure. */

import type { AppConfig } from '../../../shared/deployer/app-config.ts';
import type { EnvironmentRow } from '../app-store.ts';
import type { ReleaseRow } from '../release-store.ts';
import type { InstanceSpec } from '../runtimes/runtime.ts';
import type { Companion } from './companion.ts';
import { fillSurroundings, type Values } from './fill.ts';

/** Throws `invalid` where a variable that must be set is not. */
export function companionSpec(
  { app, name: environment }: EnvironmentRow,
  release: Pick<ReleaseRow, 'number'>,
  companion: Companion,
  values: Values,
  id: string,
): InstanceSpec {
  const { filled, files } = fillSurroundings(companion.surroundings, companion.name, values);
  const limits: AppConfig['limits'] = {
    ...(companion.memory === undefined
      ? {}
      : { memory: `${Math.max(1, Math.round(companion.memory / 1024))}k` }),
    ...(companion.cpu === undefined ? {} : { cpu: companion.cpu }),
  };
  return {
    id,
    app,
    environment,
    release: release.number,
    artefact: '',
    plan: { kind: 'container', image: companion.image, port: null, surroundings: filled },
    config: { limits },
    port: 0,
    env: { ...filled.environment },
    files,
  };
}

/** The same for two releases that want the same container; SHA-256 (hex) over all it is given. */
export function fingerprintOf({ plan, config, env, files }: InstanceSpec): string {
  return new Bun.CryptoHasher('sha256').update(JSON.stringify({ plan, config, env, files })).digest('hex');
}
