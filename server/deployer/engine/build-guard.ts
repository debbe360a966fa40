/** Holds the steps of an image's build to limits that the engine knows for containers only: processes and bytes written. */

import { WindlassError } from '../../../shared/errors.ts';
import type { DockerClient } from './docker.ts';
import type { Engine } from './engine.ts';
import { instanceLabel } from './labels.ts';

export interface BuildGuard {
  /** Aborted, with the `WindlassError('limit')` to be told, when the build has to end. */
  readonly signal: AbortSignal;
  /** A line of the build's output: shells and runtimes say when they were refused a process. */
  hear(text: string): void;
  stop(): void;
}

export interface GuardedLimits {
  /** Most processes and threads of one step. */
  tasks: number;
  /** Most bytes that all steps together may write. */
  disk: number;
}

const lookMs = 500;
/** dash, bash, Node, Python, the JVM and Go, in this order. */
const refusal =
  /: cannot fork$|fork: (retry: )?resource temporarily unavailable$|Error: spawn \S+ EAGAIN|^BlockingIOError: \[Errno 11\]|OutOfMemoryError: unable to create native thread|^runtime: failed to create new OS thread/i;
/** A look at the bytes walks what was written, so it takes a tenth of the time at most. */
const shareOfTime = 9;

/**
 * From now on every step is limited the moment it starts. The classic builder runs each as a container with our label;
 * BuildKit runs none, and is held by nothing of this.
 */
export function guardBuild(engine: Engine, docker: DockerClient, limits: GuardedLimits): BuildGuard {
  const over = new AbortController();
  const written = new Map<string, number>();
  let stopped = false;

  const step = async (id: string): Promise<void> => {
    const container = docker.getContainer(id);
    const { Config } = await container.inspect();
    if (Config.Labels[instanceLabel] !== undefined) return;
    await container.update({ PidsLimit: limits.tasks });
    let lookAtBytes = 0;
    while (!stopped) {
      const { pids_stats: pids } = await container.stats({ stream: false, 'one-shot': true });
      // An ended one has none.
      if (pids?.current === undefined) return;
      // At the limit every further process is refused; no build goes well from there.
      if (pids.current >= limits.tasks) {
        over.abort(tooManyTasks(limits.tasks));
        await container.kill();
        return;
      }
      if (performance.now() >= lookAtBytes) {
        const began = performance.now();
        written.set(id, await bytesOf(docker, id));
        lookAtBytes = performance.now() + Math.max(lookMs, (performance.now() - began) * shareOfTime);
        const sum = [...written.values()].reduce((all, each) => all + each, 0);
        if (sum > limits.disk) {
          over.abort(tooManyBytes(limits.disk));
          await container.kill();
          return;
        }
      }
      await Bun.sleep(lookMs);
    }
  };

  const unsubscribe = engine.onEvent(({ action, id }) => {
    // A step that is over, or an engine that is gone, answers nothing: the build itself says what became of it.
    if (action === 'start') void step(id).catch(() => undefined);
  });
  return {
    signal: over.signal,
    hear(text) {
      if (refusal.test(text)) over.abort(tooManyTasks(limits.tasks));
    },
    stop() {
      stopped = true;
      unsubscribe();
    },
  };
}

async function bytesOf(docker: DockerClient, id: string): Promise<number> {
  const [found] = await docker.listContainers({ size: true, filters: { id: [id] } });
  return (found as { SizeRw?: number } | undefined)?.SizeRw ?? 0;
}

const tooManyTasks = (tasks: number) =>
  new WindlassError('limit', `the build started too many processes: ${tasks} at once are allowed`, {
    hint: 'A step of the Dockerfile starts processes without end, or needs to do less at once.',
  });

const tooManyBytes = (disk: number) =>
  new WindlassError('limit', `the build wrote more than ${Math.floor(disk / 1024 ** 2)} MB`, {
    hint: 'Set "build.disk" in windlass.json, like {"build": {"disk": "16g"}}, to give it more.',
  });
