/** What the Linux kernel tells of processes: memory, time on a core, family, environment. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** USER_HZ: the unit of times in /proc/pid/stat is a hundredth of a second on every Linux architecture Debian has. */
const ticksPerSecond = 100;

/** Bytes of a field of /proc/pid/status such as `VmRSS` or `RssAnon`; NaN where the process is gone. */
export function statusBytes(pid: number, field: string): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(read(pid, 'status'));
  return found === null ? Number.NaN : Number(found[1]) * 1024;
}

/** Bytes resident, pages shared with other processes divided among them; NaN where the process is gone. */
export function proportionalBytes(pid: number): number {
  const found = /^Pss:\s+(\d+) kB$/m.exec(read(pid, 'smaps_rollup'));
  return found === null ? Number.NaN : Number(found[1]) * 1024;
}

/** Seconds on a core so far, all threads, in user and kernel; 0 where the process is gone. */
export function coreSeconds(pid: number): number {
  const fields = statFields(pid);
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond;
}

/** The process and all its descendants that live now. */
export function family(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const each of processes()) {
    const parent = Number(statFields(each)[1]);
    children.set(parent, [...(children.get(parent) ?? []), each]);
  }
  const found = [pid];
  for (const each of found) found.push(...(children.get(each) ?? []));
  return found;
}

export function processes(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

/** Its environment as it was started with; empty where the process is gone or not ours to see. */
export function environmentOf(pid: number): ReadonlyMap<string, string> {
  const pairs = read(pid, 'environ')
    .split('\0')
    .map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  return new Map(pairs.filter(([name]) => name !== ''));
}

/** Its arguments, each with a zero byte behind it; empty where the process is gone. */
export function commandOf(pid: number): string {
  return read(pid, 'cmdline');
}

/** Where it works; empty where the process is gone. */
export function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

/** A zombie is only a name in a table. */
export function isAlive(pid: number): boolean {
  const state = statFields(pid)[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** From field 3, the state, on: the name before it may hold spaces and brackets (proc(5)). */
function statFields(pid: number): string[] {
  const stat = read(pid, 'stat');
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
