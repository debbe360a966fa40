/** Which cores builds keep to, so that a live app always finds one that no build is on. */

import { readFileSync } from 'node:fs';

/** A core as the kernel numbers it, and the lowest number among those that share its silicon (itself without SMT). */
export interface Core {
  id: number;
  first: number;
}

/**
 * Half of the cores, rounded up, never all of them, as the kernel and Docker write a list (`2,3`); null where there is
 * only one. The last ones, with threads of one physical core kept together: live work goes where it was first.
 */
export function coresForBuilds(cores: readonly Core[]): string | null {
  if (cores.length < 2) return null;
  const count = Math.min(Math.ceil(cores.length / 2), cores.length - 1);
  const together = [...cores].sort((a, b) => a.first - b.first || a.id - b.id);
  return together
    .slice(-count)
    .map(({ id }) => id)
    .sort((a, b) => a - b)
    .join(',');
}

/** The cores this process may run on; none where the kernel does not say. */
export function ownCores(): Core[] {
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(read('/proc/self/status'))?.[1] ?? '';
  return parseCoreList(allowed).map((id) => {
    const siblings = read(`/sys/devices/system/cpu/cpu${id}/topology/thread_siblings_list`);
    return { id, first: parseCoreList(siblings.trim())[0] ?? id };
  });
}

/** `0-2,5` as the numbers in it (cpuset(7), "List format"). */
export function parseCoreList(text: string): number[] {
  return [...text.matchAll(/(\d+)(?:-(\d+))?/g)].flatMap(([, from, to]) => {
    const first = Number(from);
    const length = Number(to ?? from) - first + 1;
    return Array.from({ length: Math.max(0, length) }, (_, at) => first + at);
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
