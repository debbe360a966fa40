/** How much of the machine a build may use. */

import { type AppConfig, parseBytes } from '../../../shared/deployer/app-config.ts';

export interface BuildLimits {
  /** Bytes; null for no limit. */
  memory: number | null;
  /** Cores; null for no limit. */
  cpu: number | null;
  /** The cores it keeps to, like `2,3`; null for all. */
  cores: string | null;
}

/** Bytes a build may write where windlass.json is silent. */
const usualDisk = 8 * 1024 ** 3;

export function diskLimit({ build }: AppConfig): number {
  return build?.disk === undefined ? usualDisk : parseBytes(build.disk);
}

/** Half of a machine with this much, so that live apps keep the other half. */
export function halfOf(machine: { memory: number; cores: number }): Omit<BuildLimits, 'cores'> {
  return { memory: Math.floor(machine.memory / 2), cpu: Math.max(0.5, machine.cores / 2) };
}

/** What windlass.json says of memory wins. */
export function buildLimits(config: AppConfig, defaults: BuildLimits): BuildLimits {
  const memory = config.build?.memory;
  return { ...defaults, memory: memory === undefined ? defaults.memory : parseBytes(memory) };
}
