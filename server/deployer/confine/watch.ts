/** Fences where the kernel offers none: the process table is read a few times a second, and a tree too big is killed. */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Fence, Fencing, Limits } from './fence.ts';
import { listProcesses, type ProcessRow, proportionalBytes } from './processes.ts';

export interface WatchOptions {
  /** Folder for one small file a tree, so that a later server finds what this one left. */
  folder: string;
  /** Names this boot of the machine: pids of an earlier one mean nothing. */
  boot: string;
  /** Puts before argv what lowers a background tree's priority. */
  yielding: readonly string[];
  enter(argv: readonly string[]): string[];
  /** How often trees near their limit are looked at, ms. */
  pollMs?: number;
  table?: () => ProcessRow[];
}

interface Tree {
  name: string;
  pid: number;
  startTime: string;
  limit: number | null;
  /** Most processes; only of background trees, whose count may grow without bound. */
  tasks: number | null;
  tooMany: number;
  kills: number;
  /** Every member ever seen, pid to start time: one that left the session after it was seen stays a member. */
  known: Map<number, string>;
  /** Whether the last look found it far below its limit. */
  small: boolean;
}

export function createWatchFencing(options: WatchOptions): Fencing {
  const pollMs = options.pollMs ?? 200;
  const table = options.table ?? listProcesses;
  const trees = new Set<Tree>();
  let count = 0;
  let timer: ReturnType<typeof setInterval> | null = null;
  mkdirSync(options.folder, { recursive: true });

  const poll = () => {
    count += 1;
    // Trees far below their limit are looked at all at once and seldom, so that idle apps cost next to nothing.
    const seldom = count % Math.ceil(2000 / pollMs) === 0;
    const due = [...trees].filter(
      (tree) => (tree.limit !== null || tree.tasks !== null) && (seldom || !tree.small),
    );
    if (due.length === 0) return;
    const rows = table();
    for (const tree of due) {
      const members = membersOf(tree, rows);
      const limit = tree.limit ?? Number.POSITIVE_INFINITY;
      const resident = sum(members.map((row) => row.resident));
      if (tree.tasks !== null && members.length > tree.tasks) {
        tree.tooMany += 1;
        killRows(members);
        continue;
      }
      tree.small = tree.tasks === null && resident < limit / 4;
      if (resident <= limit || sum(members.map(proportionalBytes)) <= limit) continue;
      tree.kills += 1;
      killRows(members);
    }
  };
  const watchOver = (tree: Tree) => {
    trees.add(tree);
    timer ??= setInterval(poll, pollMs);
    timer.unref();
  };
  const forget = (tree: Tree) => {
    trees.delete(tree);
    if (trees.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
  const fence = (tree: Tree, background: boolean): Fence => ({
    enter: (argv) => options.enter(background ? [...options.yielding, ...argv] : argv),
    entered(pid) {
      tree.pid = pid;
      tree.startTime = table().find((row) => row.pid === pid)?.startTime ?? '';
      const { startTime, limit } = tree;
      const record = JSON.stringify({ pid, startTime, limit, boot: options.boot });
      writeFileSync(`${options.folder}/${tree.name}.json`, record, { mode: 0o600 });
      watchOver(tree);
    },
    pids: () => membersOf(tree, table()).map((row) => row.pid),
    memory: () => sum(membersOf(tree, table()).map(proportionalBytes)),
    oomKills: () => tree.kills,
    taskRefusals: () => tree.tooMany,
    memoryLimit: tree.limit,
    kill: () => killRows(membersOf(tree, table())),
    remove() {
      forget(tree);
      rmSync(`${options.folder}/${tree.name}.json`, { force: true });
      return true;
    },
  });
  const blank = { pid: 0, startTime: '', kills: 0, tasks: null, tooMany: 0, small: false };
  return {
    means: 'watch',
    open: (name: string, limits: Limits) =>
      fence(
        {
          ...blank,
          name,
          limit: limits.memory,
          tasks: limits.background ? limits.tasks : null,
          known: new Map(),
        },
        limits.background,
      ),
    find(name) {
      const record = readRecord(`${options.folder}/${name}.json`);
      if (record === null) return null;
      const same = record.boot === options.boot;
      const { pid, startTime, limit } = record;
      const tree: Tree = { ...blank, name, pid: same ? pid : 0, startTime, limit, known: new Map() };
      if (same) watchOver(tree);
      return fence(tree, false);
    },
    names: () =>
      readdirSync(options.folder)
        .filter((file) => file.endsWith('.json'))
        .map((file) => file.slice(0, -'.json'.length)),
  };
}

/**
 * The living rows that belong to the tree: its session or group, whatever descends from a member, and members seen
 * before. Remembers them.
 */
function membersOf(
  tree: Pick<Tree, 'pid' | 'startTime' | 'known'>,
  rows: readonly ProcessRow[],
): ProcessRow[] {
  if (tree.pid === 0) return [];
  const first = rows.find((row) => row.pid === tree.pid);
  // The kernel gives no pid away that still names a session, so another start time means the whole session is over.
  const over = first !== undefined && first.startTime !== tree.startTime;
  const children = new Map<number, ProcessRow[]>();
  const found = new Map<number, ProcessRow>();
  const todo: ProcessRow[] = [];
  const take = (row: ProcessRow) => {
    if (found.has(row.pid) || row.zombie) return;
    found.set(row.pid, row);
    todo.push(row);
  };
  for (const row of rows) {
    const siblings = children.get(row.parent);
    if (siblings === undefined) children.set(row.parent, [row]);
    else siblings.push(row);
    const inSession = !over && (row.pid === tree.pid || row.session === tree.pid || row.group === tree.pid);
    if (inSession || tree.known.get(row.pid) === row.startTime) take(row);
  }
  for (let row = todo.pop(); row !== undefined; row = todo.pop()) children.get(row.pid)?.forEach(take);
  tree.known.clear();
  for (const row of found.values()) tree.known.set(row.pid, row.startTime);
  return [...found.values()];
}

function readRecord(
  path: string,
): { pid: number; startTime: string; limit: number | null; boot: string } | null {
  try {
    const record: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof record !== 'object' || record === null) return null;
    const { pid, startTime, limit, boot } = record as Record<string, unknown>;
    if (typeof pid !== 'number' || typeof startTime !== 'string' || typeof boot !== 'string') return null;
    return { pid, startTime, boot, limit: typeof limit === 'number' ? limit : null };
  } catch {
    return null;
  }
}

function killRows(rows: readonly ProcessRow[]): void {
  for (const { pid } of rows) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // gone meanwhile
    }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
