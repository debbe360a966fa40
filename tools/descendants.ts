/** What a process started, and what that started: from /proc, so on Linux; elsewhere groups have to do. */

import { readdirSync, readFileSync } from 'node:fs';

export interface Descendant {
  pid: number;
  /** Tells the process from a later one with the same pid. */
  startTime: string;
}

export function descendants(pid: number): Descendant[] {
  const children = new Map<number, Descendant[]>();
  for (const each of allProcesses()) {
    const siblings = children.get(each.parent) ?? [];
    siblings.push({ pid: each.pid, startTime: each.startTime });
    children.set(each.parent, siblings);
  }
  const found: Descendant[] = [];
  const open = [pid];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const child of children.get(parent) ?? []) {
      found.push(child);
      open.push(child.pid);
    }
  }
  return found;
}

/** False for a zombie: it is gone, and waits only to be noticed. */
export function isAlive({ pid, startTime }: Descendant): boolean {
  const stat = readStat(pid);
  return stat !== null && stat.startTime === startTime && stat.state !== 'Z';
}

function allProcesses() {
  try {
    return readdirSync('/proc').flatMap((name) => {
      const stat = /^\d+$/.test(name) ? readStat(Number(name)) : null;
      return stat === null ? [] : [{ pid: Number(name), ...stat }];
    });
  } catch {
    return [];
  }
}

/** Fields 3, 4 and 22 of proc_pid_stat(5); the name in field 2 may hold anything, so it is skipped by its last `)`. */
function readStat(pid: number): { state: string; parent: number; startTime: string } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), startTime: fields[19] ?? '' };
  } catch {
    return null;
  }
}
