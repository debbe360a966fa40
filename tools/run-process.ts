/** Child processes of the tools: each in a group of its own, so that ending it ends all it started. */

import { descendants, isAlive } from './descendants.ts';

export interface Ran {
  code: number;
  /** stdout and stderr as they came, where they were captured. */
  output: string;
  ms: number;
}

export interface RunOptions {
  cwd?: string | undefined;
  env?: Readonly<Record<string, string | undefined>>;
  /** `show` passes it on as it comes, `keep` returns it. */
  output: 'show' | 'keep';
  /** Ends the group, and the run counts as failed. */
  timeoutMs?: number;
}

const running = new Set<number>();
const graceMs = 5000;

/** Runs to the end. Never rejects: what cannot be started has code 127. */
export async function runProcess(argv: readonly string[], options: RunOptions): Promise<Ran> {
  const from = performance.now();
  const keep = options.output === 'keep';
  let child: ReturnType<typeof spawn>;
  try {
    child = spawn(argv, options, keep);
  } catch (error) {
    return { code: 127, output: `cannot run ${argv[0]}: ${String(error)}\n`, ms: 0 };
  }
  running.add(child.pid);
  let timedOut = false;
  const timer = setTimeout(
    () => {
      timedOut = true;
      void endGroup(child.pid);
    },
    options.timeoutMs ?? 2 ** 31 - 1,
  );
  const texts = keep ? [readAll(child.stdout), readAll(child.stderr)] : [];
  const code = await child.exited;
  const output = (await Promise.all(texts)).join('');
  clearTimeout(timer);
  running.delete(child.pid);
  const note = timedOut ? `\ngiven up after ${Math.round((options.timeoutMs ?? 0) / 1000)} s\n` : '';
  return { code: timedOut ? 124 : code, output: output + note, ms: performance.now() - from };
}

/** Ends every group this process started; resolves when they are gone. */
async function endAll(): Promise<void> {
  await Promise.all([...running].map(endGroup));
}

/**
 * SIGTERM to the whole group and to what it started in other groups; after 5 s SIGKILL to what is left. Resolves when all
 * of it is gone.
 */
export async function endGroup(pid: number): Promise<void> {
  const started = descendants(pid);
  const isThere = () => signalGroup(pid, 0) || started.some(isAlive);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    signalGroup(pid, signal);
    for (const each of started.filter(isAlive)) signalProcess(each.pid, signal);
    const deadline = performance.now() + graceMs;
    while (isThere() && performance.now() < deadline) await Bun.sleep(20);
    if (!isThere()) return;
  }
}

/** On Ctrl-C or SIGTERM: `cleanUp`, then every group ends, then this process with the signal's code. */
export function endAllOnSignal(cleanUp: () => Promise<void> = async () => undefined): void {
  let ending = false;
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => {
      if (ending) return;
      ending = true;
      void cleanUp()
        .then(endAll)
        .finally(() => process.exit(code));
    });
  }
}

function spawn(argv: readonly string[], options: RunOptions, keep: boolean) {
  return Bun.spawn([...argv], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env ?? process.env,
    stdin: 'ignore',
    stdout: keep ? 'pipe' : 'inherit',
    stderr: keep ? 'pipe' : 'inherit',
    detached: true,
  });
}

async function readAll(stream: ReadableStream<Uint8Array> | number | undefined): Promise<string> {
  return stream instanceof ReadableStream ? new Response(stream).text() : '';
}

/** False where the group is gone. */
/** One that has just ended by itself is what was wanted. */
function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {}
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
