/** Chooses, at start, the strongest confinement this machine allows; what it can do is tried, never guessed. */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { removeGroup } from './cgroup-file.ts';
import { createV1Fencing, findV1Mounts } from './cgroup-v1.ts';
import { createV2Fencing, findV2Mount, ownV2Group, prepareV2Parent } from './cgroup-v2.ts';
import type { Confinement } from './confiner.ts';
import { entering, yielding } from './enter.ts';
import type { Fencing } from './fence.ts';
import { createTreeConfinement } from './tree.ts';
import { createWatchFencing } from './watch.ts';

export interface ConfinementOptions {
  /** The data folder; its path is the label that keeps two servers on one machine apart. */
  dataRoot: string;
  /** Folder for what only means something while trees run. */
  run: string;
  /** Only for tests: what to use instead of the best there is. */
  means?: 'cgroup' | 'watch';
  /** Most processes and threads of a background tree; others get four times as many. */
  tasks?: number;
  /** The cores that background trees keep to, like `2,3`; absent for all. */
  buildCores?: string | null;
}

/** `windlass-<12 hex of SHA-256 over the data folder's path>`. */
export function confinementLabel(dataRoot: string): string {
  return `windlass-${createHash('sha256').update(dataRoot).digest('hex').slice(0, 12)}`;
}

export async function chooseConfinement(options: ConfinementOptions): Promise<Confinement> {
  const label = confinementLabel(options.dataRoot);
  const tasks = options.tasks ?? Math.max(512, navigator.hardwareConcurrency * 64);
  const tools = { nice: Bun.which('nice'), ionice: Bun.which('ionice'), taskset: Bun.which('taskset') };
  const lower = yielding(tools, options.buildCores ?? null);
  if (process.platform === 'linux' && options.means !== 'watch') {
    if (existsSync('/run/systemd/system') && process.getuid?.() === 0) {
      const { createSystemdConfinement } = await import('./systemd.ts');
      const systemd = createSystemdConfinement({ label, run: options.run, tasks, yielding: lower });
      if (systemd !== null) return systemd;
    }
    const group = cgroupFencing(label);
    if (group !== null) {
      const fencing = lowered(group.fencing, lower);
      return createTreeConfinement({ fencing, title: group.title, tasks });
    }
  }
  const fencing = createWatchFencing({
    folder: `${options.run}/trees`,
    boot: bootName(),
    yielding: lower,
    enter: (argv) => entering([], argv),
  });
  return createTreeConfinement({ fencing, title: 'polling of the process table', tasks });
}

function cgroupFencing(label: string): { fencing: Fencing; title: string } | null {
  const mounts = read('/proc/mounts');
  const v1 = findV1Mounts(mounts);
  if (v1 !== null) {
    const fencing = createV1Fencing(v1, label);
    if (mayMake(`${v1.memory}/${label}`) && works(fencing)) return { fencing, title: 'cgroup v1' };
  }
  const mount = findV2Mount(mounts);
  const own = ownV2Group(read('/proc/self/cgroup'));
  if (mount === null || own === null) return null;
  const parent = prepareV2Parent(mount, own, label, process.pid);
  if (parent === null) return null;
  const fencing = createV2Fencing(parent);
  return works(fencing) ? { fencing, title: 'cgroup v2' } : null;
}

/** Tries a fence once: made, limited, and removed. */
function works(fencing: Fencing): boolean {
  try {
    const fence = fencing.open('probe', { memory: 64 * 1024 * 1024, cpu: 1, tasks: 16, background: true });
    const bounded = fence.memoryLimit !== null;
    return fence.remove() && bounded;
  } catch {
    return false;
  }
}

function mayMake(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    return true;
  } catch {
    removeGroup(folder);
    return false;
  }
}

/** The same fences, with background trees at a lower priority besides. */
function lowered(fencing: Fencing, before: readonly string[]): Fencing {
  return {
    ...fencing,
    open(name, limits) {
      const fence = fencing.open(name, limits);
      if (!limits.background) return fence;
      return { ...fence, enter: (argv) => fence.enter([...before, ...argv]) };
    },
  };
}

/** Something that differs from boot to boot. */
function bootName(): string {
  if (process.platform === 'linux') return read('/proc/sys/kernel/random/boot_id').trim();
  const result = Bun.spawnSync(['/usr/sbin/sysctl', '-n', 'kern.bootsessionuuid'], { stderr: 'ignore' });
  return result.stdout.toString().trim();
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
