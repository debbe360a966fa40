/** Process trees inside fences: started, watched over, adopted from an earlier server, ended without a remainder. */

import { closeSync, openSync } from 'node:fs';
import { WindlassError } from '../../../shared/errors.ts';
import { createLineSplitter } from '../logs/lines.ts';
import type { Confined, ConfinedExit, ConfinedSpec, Confinement } from './confiner.ts';
import { findExecutable } from './executable.ts';
import type { Fence, Fencing } from './fence.ts';
import { isAlive, readProcess } from './processes.ts';
import { spawnInTerminal } from './terminal.ts';

export interface TreeOptions {
  fencing: Fencing;
  title: string;
  /** Most processes and threads of a background tree; others get four times as many. */
  tasks: number;
  /** How often an adopted tree's first process is looked for, ms. */
  adoptedPollMs?: number;
}

/** How a tree's first process ended. */
export type Ending = Pick<ConfinedExit, 'code' | 'signal'>;

/** The reading of a tree's output. */
interface Forwarding {
  readonly done: Promise<void>;
  cancel(): Promise<void>;
}

export function createTreeConfinement(options: TreeOptions): Confinement {
  const { fencing } = options;
  const running = new Map<string, Confined>();
  const remember = (name: string, tree: Confined) => {
    running.set(name, tree);
    const forget = () => {
      if (running.get(name) === tree) running.delete(name);
    };
    tree.exited.then(forget, forget);
    return tree;
  };
  const endNamed = async (name: string) => {
    const tree = running.get(name);
    if (tree !== undefined) return tree.stop(0);
    const fence = fencing.find(name, null);
    if (fence !== null) await end(fence);
  };
  return {
    means: fencing.means,
    isolates: false,
    title: options.title,
    async spawn(spec) {
      const [command, ...rest] = spec.argv;
      if (command === undefined) throw new WindlassError('invalid', 'there is no command to run');
      const executable = findExecutable(command, spec.cwd, spec.env.PATH);
      await endNamed(spec.name);
      const tasks = spec.background ? options.tasks : options.tasks * 4;
      const fence = fencing.open(spec.name, { ...spec, tasks });
      try {
        return remember(spec.name, launch(fence, spec, fence.enter([executable, ...rest])));
      } catch (cause) {
        await fence.remove();
        throw new WindlassError('unavailable', `"${command}" could not be started`, { cause });
      }
    },
    adopt(name, pid, startTime) {
      if (!isAlive(pid, startTime)) return null;
      const fence = fencing.find(name, pid);
      if (fence === null) return null;
      // Its parent is no longer this server, so the kernel tells nobody here how it ended.
      const ended = endOf(pid, startTime, options.adoptedPollMs ?? 200);
      return confined(
        fence,
        pid,
        startTime,
        ended.then(() => ({ code: null, signal: null })),
      );
    },
    async sweep(ends) {
      const names = new Set([...running.keys(), ...(await fencing.names())]);
      await Promise.all([...names].filter(ends).map(endNamed));
    },
  };
}

/** Resolves once the process is gone; looked for every `pollMs`. */
export function endOf(pid: number, startTime: string, pollMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (isAlive(pid, startTime)) return;
      clearInterval(timer);
      resolve();
    }, pollMs);
    timer.unref();
  });
}

/** A tree whose first process exists. What is left of it when that one has ended is ended too. */
export function confined(
  around: Fence,
  pid: number,
  startTime: string,
  ended: Promise<Ending>,
  text: Forwarding | null = null,
): Confined {
  let gone = false;
  const fence = withFirst(around, pid, startTime);
  const before = fence.oomKills();
  let kills = 0;
  let refusals = 0;
  const finish = async (): Promise<ConfinedExit> => {
    const ending = await ended;
    kills = fence.oomKills() - before;
    refusals = fence.taskRefusals?.() ?? 0;
    await end(fence);
    gone = true;
    if (text !== null) await Promise.race([text.done, deadline(1000).then(() => text.cancel())]);
    // A tree whose first process ended well was not killed, whatever became of one of its children.
    const oom = kills > 0 && ending.code !== 0;
    return { ...ending, oomLimit: oom ? fence.memoryLimit : null };
  };
  const exited = finish();
  return {
    pid,
    startTime,
    exited,
    memory: () => (gone ? null : fence.memory()),
    taskRefusals: () => (gone ? refusals : (fence.taskRefusals?.() ?? 0)),
    oomKills: () => (gone ? kills : fence.oomKills() - before),
    async stop(graceMs) {
      if (!gone) {
        for (const member of living(fence)) signal(member, 'SIGTERM');
        const until = performance.now() + graceMs;
        while (living(fence).length > 0 && performance.now() < until) await deadline(20);
        // `exited` removes the fence once it has read from it how the tree ended
        await killAll(fence);
      }
      await exited;
    },
  };
}

function launch(fence: Fence, spec: ConfinedSpec, argv: string[]): Confined {
  const { output } = spec;
  if (output.kind === 'terminal') {
    const { child, screen, done, close } = spawnInTerminal(argv, spec, output);
    const tree = follow(fence, child, { done, cancel: async () => close() });
    void tree.exited.finally(close);
    return { ...tree, screen };
  }
  // O_APPEND and inherited: what the tree writes lands in the file whether or not this server still lives.
  const file = output.kind === 'file' ? openSync(output.path, 'a', 0o600) : null;
  try {
    const child = Bun.spawn(argv, {
      cwd: spec.cwd,
      env: { ...spec.env },
      // its own session: signals and the end of this server's terminal do not reach it
      detached: true,
      stdin: 'ignore',
      stdout: file ?? 'pipe',
      stderr: file ?? 'ignore',
    });
    const text =
      output.kind === 'lines' && child.stdout instanceof ReadableStream
        ? forwardLines(child.stdout, output.onLine)
        : null;
    if (file !== null) child.unref();
    return follow(fence, child, text);
  } finally {
    if (file !== null) closeSync(file);
  }
}

function follow(fence: Fence, child: Bun.Subprocess, text: Forwarding | null): Confined {
  const startTime = readProcess(child.pid)?.startTime ?? '';
  fence.entered(child.pid);
  const ended = child.exited.then(
    (): Ending => ({ code: child.exitCode, signal: signalOf(child.signalCode) }),
  );
  return confined(fence, child.pid, startTime, ended, text);
}

/** The same fence, whose first process counts as a member also in the moment before it has entered. */
function withFirst(fence: Fence, pid: number, startTime: string): Fence {
  return {
    ...fence,
    pids: () => [...new Set([...fence.pids(), ...(isAlive(pid, startTime) ? [pid] : [])])],
    kill() {
      if (isAlive(pid, startTime)) signal(pid, 'SIGKILL');
      fence.kill();
    },
  };
}

/**
 * Kills until nothing is left of the tree, then removes its fence (the kernel needs a moment to let go of it). A first
 * process of an earlier server may enter only now, so each round begins with killing.
 */
async function end(fence: Fence): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    await killAll(fence);
    if (await fence.remove()) return;
    await deadline(25);
  }
}

async function killAll(fence: Fence): Promise<void> {
  for (let round = 0; living(fence).length > 0; round += 1) {
    fence.kill();
    await deadline(round < 10 ? 5 : 50);
  }
}

function living(fence: Fence): number[] {
  return fence.pids().filter((pid) => {
    const row = readProcess(pid);
    return row !== null && !row.zombie;
  });
}

function forwardLines(stream: ReadableStream<Uint8Array>, onLine: (text: string) => void): Forwarding {
  const reader = stream.getReader();
  const splitter = createLineSplitter((text) => onLine(text));
  const read = async () => {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read())
      splitter.push(chunk.value);
    splitter.end();
  };
  return { done: read(), cancel: () => reader.cancel() };
}

/** Typed as a number too, which never happens for what this server starts. */
function signalOf(code: NodeJS.Signals | number | null): string | null {
  return code === null ? null : String(code);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // gone meanwhile
  }
}

function deadline(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
