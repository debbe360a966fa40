/** Reading and writing the small files that cgroups are made of. */

import { readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

/** The file's text, or null where it is not there. */
export function readControl(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

/** A file holding one number; null where it is not there or says `max`. */
export function readNumber(path: string): number | null {
  const text = readControl(path)?.trim();
  return text === undefined || !/^\d+$/.test(text) ? null : Number(text);
}

/** The number behind `key` in a file of `key value` lines; null where it is not there. */
export function readKey(path: string, key: string): number | null {
  for (const line of readControl(path)?.split('\n') ?? []) {
    if (line.startsWith(`${key} `)) return Number(line.slice(key.length + 1));
  }
  return null;
}

/** False where the kernel refuses or the file is not there. */
export function writeControl(path: string, value: string): boolean {
  try {
    writeFileSync(path, value, { flag: 'r+' });
    return true;
  } catch {
    return false;
  }
}

/** Pids in a `cgroup.procs` file. */
export function readPids(path: string): number[] {
  const text = readControl(path);
  return text === null ? [] : text.split('\n').filter(Boolean).map(Number);
}

/** True once the folder is gone, also where it never was. */
export function removeGroup(path: string): boolean {
  // A tree may have made groups of its own below.
  for (const child of subgroups(path)) removeGroup(`${path}/${child}`);
  return removeEmpty(path);
}

/** Removes the folder where it has no group below it; true once it is gone. */
export function removeEmpty(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** Names of the groups below `path`. */
export function subgroups(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}
