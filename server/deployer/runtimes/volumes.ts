/** Where an app's volumes are, and what it is told about them. Decided here, made and mounted by the runtime. */

import { isAbsolute, join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import type { InstanceSpec } from './runtime.ts';

export interface VolumePlan {
  /** Folders that have to exist. */
  folders: string[];
  /** `WINDLASS_VOLUME_<NAME>`: where the app finds each. */
  env: Record<string, string>;
  /** What has to be mounted, where mounting is possible. */
  mounts: { from: string; to: string }[];
}

/**
 * `<volumes>/<app>/<environment>/<name>` for each. An artefact is read-only and shared between releases, so a relative
 * path cannot be mounted inside it: the app is told the folder. An absolute one needs a runtime that isolates; throws
 * `WindlassError('invalid')` elsewhere.
 */
export function planVolumes(
  spec: Pick<InstanceSpec, 'app' | 'environment' | 'config'>,
  volumes: string,
  isolates: boolean,
): VolumePlan {
  const plan: VolumePlan = { folders: [], env: {}, mounts: [] };
  for (const { name, path } of spec.config.volumes ?? []) {
    const folder = join(volumes, spec.app, spec.environment, name);
    const variable = `WINDLASS_VOLUME_${name.toUpperCase().replaceAll('-', '_')}`;
    const mounted = isAbsolute(path);
    if (mounted && !isolates) {
      throw new WindlassError('invalid', `the volume "${name}" cannot appear at ${path} on this server`, {
        hint: `Use the folder named in ${variable} and a relative "path", or a server with systemd or Docker.`,
      });
    }
    plan.folders.push(folder);
    plan.env[variable] = mounted ? path : folder;
    plan.mounts.push({ from: folder, to: mounted ? path : folder });
  }
  return plan;
}
