/** Fences of cgroup version 2: one folder with everything in it (kernel doc admin-guide/cgroup-v2). */

import { mkdirSync } from 'node:fs';
import { WindlassError } from '../../../shared/errors.ts';
import {
  readControl,
  readKey,
  readNumber,
  readPids,
  removeGroup,
  subgroups,
  writeControl,
} from './cgroup-file.ts';
import { entering } from './enter.ts';
import type { Fence, Fencing, Limits } from './fence.ts';

/** The group `/proc/<pid>/cgroup` names for version 2 (the line with hierarchy 0), below the mount; null where none. */
export function ownV2Group(cgroups: string): string | null {
  return /^0::(\/.*)$/m.exec(cgroups)?.[1] ?? null;
}

/** Where version 2 is mounted, from `/proc/mounts` text; null where it is not. */
export function findV2Mount(mounts: string): string | null {
  for (const line of mounts.split('\n')) {
    const [, at, kind] = line.split(' ');
    if (kind === 'cgroup2' && at !== undefined) return at;
  }
  return null;
}

/**
 * Makes `<own group>/<label>` a parent that can set limits, or answers null where this process may not.
 * A group with processes in it cannot hand controllers down ("no internal processes"), so this process steps aside
 * into `<label>.server` first; a group that holds strangers is left as it is.
 */
export function prepareV2Parent(mount: string, ownGroup: string, label: string, pid: number): string | null {
  const trimmed = ownGroup.replace(/\/+$/, '').replace(new RegExp(`/${label}\\.server$`), '');
  const base = `${mount}${trimmed}`;
  const parent = `${base}/${label}`;
  try {
    mkdirSync(parent, { recursive: true });
  } catch {
    return null;
  }
  const wanted = ['memory', 'cpu', 'pids', 'io'];
  const has = (readControl(`${base}/cgroup.controllers`) ?? '').trim().split(' ');
  if (!has.includes('memory')) return null;
  const handDown = (group: string) =>
    wanted
      .filter((name) => has.includes(name))
      .every((name) => {
        const done = (readControl(`${group}/cgroup.subtree_control`) ?? '').trim().split(' ').includes(name);
        return done || writeControl(`${group}/cgroup.subtree_control`, `+${name}`) || name === 'io';
      });
  if (!handDown(base)) {
    if (readPids(`${base}/cgroup.procs`).some((other) => other !== pid)) return null;
    const aside = `${base}/${label}.server`;
    try {
      mkdirSync(aside, { recursive: true });
    } catch {
      return null;
    }
    if (!writeControl(`${aside}/cgroup.procs`, String(pid)) || !handDown(base)) return null;
  }
  return handDown(parent) ? parent : null;
}

/** `parent` is a folder that `prepareV2Parent` made. */
export function createV2Fencing(parent: string): Fencing {
  return {
    means: 'cgroup',
    open(name, limits) {
      const group = `${parent}/${name}`;
      try {
        mkdirSync(group, { recursive: true });
      } catch (cause) {
        throw new WindlassError('unavailable', `the control group ${group} cannot be made`, { cause });
      }
      limit(group, limits);
      return v2Fence(group);
    },
    find: (name) => (subgroups(parent).includes(name) ? v2Fence(`${parent}/${name}`) : null),
    names: () => subgroups(parent),
  };
}

/** The fence around an existing group, whoever made it. */
export function v2Fence(group: string): Fence {
  const pids = () => readPids(`${group}/cgroup.procs`);
  return {
    enter: (argv) => entering([`${group}/cgroup.procs`], argv),
    entered() {},
    pids: () => [...pids(), ...subgroups(group).flatMap((child) => v2Fence(`${group}/${child}`).pids())],
    memory() {
      const used = readNumber(`${group}/memory.current`);
      if (used === null) return null;
      return Math.max(0, used - (readKey(`${group}/memory.stat`, 'inactive_file') ?? 0));
    },
    oomKills: () => readKey(`${group}/memory.events`, 'oom_kill') ?? 0,
    taskRefusals: () => readKey(`${group}/pids.events`, 'max') ?? 0,
    memoryLimit: readNumber(`${group}/memory.max`),
    kill() {
      // since Linux 5.14; before it, one by one until none is left
      if (writeControl(`${group}/cgroup.kill`, '1')) return;
      for (const pid of pids()) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // gone meanwhile
        }
      }
    },
    remove: () => removeGroup(group),
  };
}

function limit(group: string, limits: Limits): void {
  if (limits.memory !== null) {
    if (!writeControl(`${group}/memory.max`, String(limits.memory))) {
      throw new WindlassError('unavailable', `the kernel refused a memory limit of ${limits.memory} bytes`);
    }
    writeControl(`${group}/memory.swap.max`, '0');
  }
  if (limits.cpu !== null) {
    writeControl(`${group}/cpu.max`, `${Math.max(1000, Math.round(limits.cpu * 100_000))} 100000`);
  }
  writeControl(`${group}/pids.max`, String(limits.tasks));
  if (!limits.background) return;
  // A build that lost one of its processes cannot succeed: end all of it, so that the reason is plain.
  writeControl(`${group}/memory.oom.group`, '1');
  writeControl(`${group}/cpu.weight`, '10');
  writeControl(`${group}/io.weight`, '10');
}
