/** Commands beside the instances of a release: started, bounded in time, ended with whoever asked for them. */

import { WindlassError } from '../../../shared/errors.ts';
import type { EnvironmentRow } from '../app-store.ts';
import type { ReleaseRow } from '../release-store.ts';
import type {
  Exit,
  InstanceSpec,
  RunningCommand,
  RunningTerminal,
  Runtime,
  ScreenSpec,
} from '../runtimes/runtime.ts';

export interface CommandRequest {
  environment: EnvironmentRow;
  release: ReleaseRow;
  argv: readonly string[];
  /** One line of output, without its end; both streams in the order they were written. */
  onLine(text: string): void;
  signal: AbortSignal;
  /** Null for no limit. */
  timeoutMs: number | null;
}

export interface CommandEnd extends Exit {
  /** `ended`: by itself, whatever its exit code. The others: it was made to. */
  why: 'ended' | 'timeout' | 'cancelled';
}

export interface Commands {
  /** Resolves once its whole process tree is gone. Throws `WindlassError` where it cannot be started. */
  run(request: CommandRequest): Promise<CommandEnd>;
  /** The same in a terminal. `onOpen` is called once it can be typed into. */
  open(request: TerminalRequest): Promise<CommandEnd>;
  /** Ends all that runs beside the instances of an app, terminals too; resolves when it is gone. */
  endApp(app: string): Promise<void>;
}

export interface TerminalRequest extends Pick<CommandRequest, 'environment' | 'release' | 'argv' | 'signal'> {
  screen: ScreenSpec;
  onOpen(terminal: RunningTerminal): void;
}

export interface CommandsParts {
  runtimes: ReadonlyMap<Runtime['kind'], Runtime>;
  specOf(environment: EnvironmentRow, release: ReleaseRow, id: string, port: number): InstanceSpec;
}

/** A command line as a person wrote it, for `sh -c`, where it is one argument and nothing is joined to it. */
export const shellArgv = (line: string): string[] => ['/bin/sh', '-c', line];

/** Milliseconds a command gets between SIGTERM and SIGKILL. */
const stopGraceMs = 5000;

export function createCommands(parts: CommandsParts): Commands {
  const newSpec = (environment: EnvironmentRow, release: ReleaseRow) =>
    parts.specOf(environment, release, `c${release.number}-${crypto.randomUUID().slice(0, 13)}`, 0);
  const underWay = new Set<{ app: string; stop: AbortController; ended: Promise<unknown> }>();

  /** Follows it to its end; `signal` or the app's removal ends it before. */
  async function follow(
    app: string,
    running: RunningCommand,
    signal: AbortSignal,
    timeoutMs: number | null,
  ): Promise<CommandEnd> {
    const stop = new AbortController();
    const ended = untilEnd(running, AbortSignal.any([signal, stop.signal]), timeoutMs);
    const mine = { app, stop, ended };
    underWay.add(mine);
    try {
      return await ended;
    } finally {
      underWay.delete(mine);
    }
  }

  return {
    async endApp(app) {
      const its = [...underWay].filter((each) => each.app === app);
      for (const { stop } of its) stop.abort();
      await Promise.allSettled(its.map(({ ended }) => ended));
    },
    async open({ environment, release, argv, screen, onOpen, signal }) {
      const start = parts.runtimes.get(release.runtime)?.terminal;
      if (start === undefined || release.launch.kind === 'static') {
        throw new WindlassError('invalid', `release ${release.number} has no place for a terminal`, {
          hint: 'Terminals need an app with a start command.',
        });
      }
      signal.throwIfAborted();
      const running = await start(newSpec(environment, release), argv, screen);
      onOpen(running);
      return follow(environment.app, running, signal, null);
    },
    async run({ environment, release, argv, onLine, signal, timeoutMs }) {
      const start = parts.runtimes.get(release.runtime)?.command;
      if (start === undefined || release.launch.kind === 'static') {
        throw new WindlassError(
          'invalid',
          `release ${release.number} is a folder of files and runs nothing`,
          {
            hint: 'Commands need an app with a start command.',
          },
        );
      }
      signal.throwIfAborted();
      const running = await start(newSpec(environment, release), argv, onLine);
      return follow(environment.app, running, signal, timeoutMs);
    },
  };
}

async function untilEnd(
  running: RunningCommand,
  signal: AbortSignal,
  timeoutMs: number | null,
): Promise<CommandEnd> {
  let why: CommandEnd['why'] = 'ended';
  let stopping: Promise<void> | null = null;
  const end = (because: CommandEnd['why']) => {
    if (stopping !== null) return;
    why = because;
    stopping = running.stop(stopGraceMs);
  };
  const onAbort = () => end('cancelled');
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const timer = timeoutMs === null ? null : setTimeout(() => end('timeout'), timeoutMs);
  try {
    const exit = await running.exited;
    await stopping;
    return { ...exit, why };
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (timer !== null) clearTimeout(timer);
  }
}
