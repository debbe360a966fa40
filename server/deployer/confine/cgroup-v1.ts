/** Fences of cgroup version 1: one folder in each controller's own hierarchy (kernel doc admin-guide/cgroup-v1). */

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import {
  readControl,
  readKey,
  readNumber,
  readPids,
  removeEmpty,
  removeGroup,
  subgroups,
  writeControl,
} from './cgroup-file.ts';
import { entering } from './enter.ts';
import type { Fence, Fencing, Limits } from './fence.ts';

/** Where each controller is mounted; `memory` is what makes it worth having. */
export interface V1Mounts {
  memory: string;
  cpu: string | null;
  pids: string | null;
  freezer: string | null;
  blkio: string | null;
}

/** Mounts in `/proc/mounts` text; null where there is no memory controller of version 1. */
export function findV1Mounts(mounts: string): V1Mounts | null {
  const found = new Map<string, string>();
  for (const line of mounts.split('\n')) {
    const [, at, kind, options] = line.split(' ');
    if (kind !== 'cgroup' || at === undefined || options === undefined) continue;
    for (const option of options.split(',')) if (!found.has(option)) found.set(option, at);
  }
  const memory = found.get('memory');
  if (memory === undefined) return null;
  const at = (name: string) => found.get(name) ?? null;
  return { memory, cpu: at('cpu'), pids: at('pids'), freezer: at('freezer'), blkio: at('blkio') };
}

/** `label` names the parent folder in every hierarchy. */
export function createV1Fencing(mounts: V1Mounts, label: string): Fencing {
  const hierarchies = hierarchiesOf(mounts);
  const parentOf = (mount: string) => `${mount}/${label}`;
  return {
    means: 'cgroup',
    open(name, limits) {
      for (const mount of hierarchies) {
        const folder = `${parentOf(mount)}/${name}`;
        try {
          mkdirSync(folder, { recursive: true });
        } catch (cause) {
          throw new WindlassError('unavailable', `the control group ${folder} cannot be made`, { cause });
        }
      }
      limit(mounts, `${label}/${name}`, limits);
      return v1Fence(mounts, `${label}/${name}`);
    },
    find(name) {
      const exists = subgroups(parentOf(mounts.memory)).includes(name);
      return exists ? v1Fence(mounts, `${label}/${name}`) : null;
    },
    names: () => [...new Set(hierarchies.flatMap((mount) => subgroups(parentOf(mount))))],
  };
}

/** The fence around an existing group, whoever made it. */
export function v1Fence(mounts: V1Mounts, group: string): Fence {
  const hierarchies = hierarchiesOf(mounts);
  const memory = `${mounts.memory}/${group}`;
  const pids = () => readPids(`${memory}/cgroup.procs`);
  const bound = readNumber(`${memory}/memory.limit_in_bytes`);
  return {
    enter: (argv) =>
      entering(
        hierarchies.map((mount) => `${mount}/${group}/cgroup.procs`),
        argv,
      ),
    entered() {},
    pids,
    memory() {
      const used = readNumber(`${memory}/memory.usage_in_bytes`);
      if (used === null) return null;
      return Math.max(0, used - (readKey(`${memory}/memory.stat`, 'total_inactive_file') ?? 0));
    },
    oomKills: () => readKey(`${memory}/memory.oom_control`, 'oom_kill') ?? 0,
    taskRefusals: () =>
      mounts.pids === null ? 0 : (readKey(`${mounts.pids}/${group}/pids.events`, 'max') ?? 0),
    // without a limit the file says 2^63 less a page
    memoryLimit: bound === null || bound > 2 ** 62 ? null : bound,
    kill() {
      const frozen = mounts.freezer === null ? null : `${mounts.freezer}/${group}/freezer.state`;
      // Frozen, nothing can fork away between the reading and the killing; a signal is delivered at the thaw.
      if (frozen !== null) writeControl(frozen, 'FROZEN');
      for (const pid of pids()) killNow(pid);
      if (frozen !== null && readControl(frozen) !== null) writeControl(frozen, 'THAWED');
    },
    remove() {
      const gone = hierarchies.map((mount) => removeGroup(`${mount}/${group}`)).every(Boolean);
      // the last one out takes the folder of the label along
      for (const mount of hierarchies) removeEmpty(dirname(`${mount}/${group}`));
      return gone;
    },
  };
}

function limit(mounts: V1Mounts, group: string, limits: Limits): void {
  const memory = `${mounts.memory}/${group}`;
  if (limits.memory !== null) {
    if (!writeControl(`${memory}/memory.limit_in_bytes`, String(limits.memory))) {
      throw new WindlassError('unavailable', `the kernel refused a memory limit of ${limits.memory} bytes`);
    }
    // memory plus swap; only there with swap accounting. Must come second: it may never be below the first.
    writeControl(`${memory}/memory.memsw.limit_in_bytes`, String(limits.memory));
  }
  if (mounts.cpu !== null) {
    const cpu = `${mounts.cpu}/${group}`;
    if (limits.cpu !== null) {
      writeControl(`${cpu}/cpu.cfs_period_us`, '100000');
      writeControl(`${cpu}/cpu.cfs_quota_us`, String(Math.max(1000, Math.round(limits.cpu * 100_000))));
    }
    if (limits.background) writeControl(`${cpu}/cpu.shares`, '128');
  }
  if (mounts.pids !== null) writeControl(`${mounts.pids}/${group}/pids.max`, String(limits.tasks));
  if (mounts.blkio !== null && limits.background) {
    const blkio = `${mounts.blkio}/${group}`;
    if (!writeControl(`${blkio}/blkio.bfq.weight`, '10')) writeControl(`${blkio}/blkio.weight`, '10');
  }
}

/** Several controllers may be mounted together. */
function hierarchiesOf(mounts: V1Mounts): string[] {
  return [...new Set(Object.values(mounts).filter((mount) => mount !== null))];
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone meanwhile
  }
}
