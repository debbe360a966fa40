/** On which ports a process tree listens, as the kernel has it: for an app that is asked at another one. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { listProcesses } from './processes.ts';

/** TCP ports of `pid` and what it started, ascending. Empty where /proc does not tell (macOS, another user's process). */
export function listeningPorts(pid: number): number[] {
  const sockets = new Set(treeOf(pid).flatMap(socketsOf));
  const ports = ['tcp', 'tcp6'].flatMap((family) =>
    parseListeners(textOf(`/proc/${pid}/net/${family}`)).flatMap(({ port, inode }) =>
      sockets.has(inode) ? [port] : [],
    ),
  );
  return [...new Set(ports)].sort((one, other) => one - other);
}

/** Sockets in state 0A (listen) of /proc/net/tcp, proc(5). */
export function parseListeners(table: string): { port: number; inode: string }[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      const port = Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16);
      return state === '0A' && inode !== undefined && port > 0 ? [{ port, inode }] : [];
    });
}

function treeOf(pid: number): number[] {
  const tree = [pid];
  const processes = listProcesses();
  // Grows while it is gone through: children of children come behind.
  for (const parent of tree) {
    tree.push(...processes.filter((each) => each.parent === parent).map((each) => each.pid));
  }
  return tree;
}

function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`${folder}/${fd}`))?.[1] ?? [],
    );
  } catch {
    // Gone meanwhile, or not ours to look at.
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
