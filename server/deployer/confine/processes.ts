/** The table of processes as the kernel has it: /proc on Linux, `ps` elsewhere (macOS has no /proc). */

import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessRow {
  pid: number;
  parent: number;
  group: number;
  /** 0 where the system does not tell (macOS). */
  session: number;
  /** A process that has ended but is not yet collected by its parent; it holds no memory. */
  zombie: boolean;
  /** Resident bytes. */
  resident: number;
  /** Ticks since boot on Linux (proc(5), field 22), a date on macOS; only ever compared for equality. */
  startTime: string;
}

/** Every process this user may see. About 10 us a process on Linux, one `ps` elsewhere. */
export function listProcesses(): ProcessRow[] {
  if (process.platform !== 'linux') return runPs(['-ax']);
  const rows: ProcessRow[] = [];
  for (const name of readdirSync('/proc')) {
    if (!isDigits(name)) continue;
    const row = readProcess(Number(name));
    if (row !== null) rows.push(row);
  }
  return rows;
}

/** One process, or null where there is none; zombies are returned as such. */
export function readProcess(pid: number): ProcessRow | null {
  if (process.platform !== 'linux') return runPs(['-p', String(pid)])[0] ?? null;
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return null;
  }
}

/** True while that very process runs; a zombie or another process with its pid is not it. */
export function isAlive(pid: number, startTime: string): boolean {
  const row = readProcess(pid);
  return row !== null && !row.zombie && row.startTime === startTime;
}

/**
 * Bytes of the process with every shared page divided by its sharers (proc(5), smaps_rollup), else its resident bytes.
 * Forked workers share most of their pages, so adding up resident sizes would count them many times.
 */
export function proportionalBytes(row: ProcessRow): number {
  if (process.platform !== 'linux') return row.resident;
  try {
    const rollup = readFileSync(`/proc/${row.pid}/smaps_rollup`, 'latin1');
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(rollup)?.[1];
    return kilobytes === undefined ? row.resident : Number(kilobytes) * 1024;
  } catch {
    return row.resident;
  }
}

/** A line of /proc/<pid>/stat; the name (field 2) may hold spaces and parentheses, so fields count from the last `)`. */
export function parseStat(stat: string): ProcessRow | null {
  const close = stat.lastIndexOf(')');
  const fields = stat.slice(close + 2).split(' ');
  const startTime = fields[19];
  if (close < 0 || startTime === undefined) return null;
  return {
    pid: Number.parseInt(stat, 10),
    zombie: fields[0] === 'Z' || fields[0] === 'X',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    resident: Number(fields[21]) * pageSize,
    startTime,
  };
}

/** Lines of `ps -o pid=,ppid=,pgid=,rss=,stat=,lstart=`; rss is in kB, lstart has spaces and comes last. */
export function parsePs(output: string): ProcessRow[] {
  const rows: ProcessRow[] = [];
  for (const line of output.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
    if (match === null) continue;
    const [, pid, parent, group, kilobytes, state, startTime] = match;
    rows.push({
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: 0,
      zombie: (state ?? '').startsWith('Z'),
      resident: Number(kilobytes) * 1024,
      startTime: startTime ?? '',
    });
  }
  return rows;
}

/** 4 kB nearly everywhere; some arm64 kernels have 16 or 64. */
const pageSize = process.platform === 'linux' ? readPageSize() : 4096;

/** AT_PAGESZ (6) of the auxiliary vector, pairs of native words; getauxval(3). */
function readPageSize(): number {
  try {
    const vector = readFileSync('/proc/self/auxv');
    for (let at = 0; at + 16 <= vector.length; at += 16) {
      if (vector.readBigUInt64LE(at) === 6n) return Number(vector.readBigUInt64LE(at + 8));
    }
  } catch {
    // hidden /proc: the usual size is the best guess
  }
  return 4096;
}

function runPs(which: readonly string[]): ProcessRow[] {
  const result = Bun.spawnSync(['/bin/ps', ...which, '-o', 'pid=,ppid=,pgid=,rss=,stat=,lstart='], {
    stdin: 'ignore',
    stderr: 'ignore',
    env: { LC_ALL: 'C' },
  });
  return parsePs(result.stdout.toString());
}

function isDigits(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= 48 && first <= 57;
}
