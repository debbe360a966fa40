/** What tools read of package.json. */

import { join } from 'node:path';
import { root } from './root.ts';

export interface Manifest {
  version: string;
  /** Names of everything that is installed. */
  packages: readonly string[];
}

export async function readManifest(): Promise<Manifest> {
  const read: unknown = await Bun.file(join(root, 'package.json')).json();
  const { version, dependencies, devDependencies } = Object(read) as Record<string, unknown>;
  if (typeof version !== 'string') throw new Error('package.json has no version');
  return {
    version,
    packages: [...Object.keys(Object(dependencies)), ...Object.keys(Object(devDependencies))],
  };
}
