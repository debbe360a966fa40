/** Runs one step of a build under its limits, and says in words why it failed. */

import { WindlassError } from '../../../shared/errors.ts';
import type { Confiner } from '../confine/confiner.ts';

export interface BuildStep {
  /** `[a-z0-9-]`, unique among what runs. */
  id: string;
  /** For people: `install`, `build`. */
  name: string;
  argv: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** Bytes; null for no limit. */
  memory: number | null;
  /** Cores; null for no limit. */
  cpu: number | null;
  onLine(text: string): void;
  signal: AbortSignal;
}

const stopGraceMs = 2000;
const crowdLookMs = 200;

/** Throws `WindlassError`: `limit` out of memory, `failed` with the exit code, `cancelled` on abort. */
export async function runBuildStep(confiner: Confiner, step: BuildStep): Promise<void> {
  const cancelled = (): WindlassError =>
    new WindlassError('cancelled', `the build was cancelled during ${step.name}`, {
      cause: step.signal.reason,
    });
  if (step.signal.aborted) throw cancelled();
  const confined = await confiner.spawn({
    name: step.id,
    argv: step.argv,
    cwd: step.cwd,
    env: step.env,
    memory: step.memory,
    cpu: step.cpu,
    background: true,
    output: { kind: 'lines', onLine: step.onLine },
  });
  let stopping: Promise<void> | null = null;
  const onAbort = (): void => {
    stopping ??= confined.stop(stopGraceMs);
  };
  step.signal.addEventListener('abort', onAbort, { once: true });
  if (step.signal.aborted) onAbort();
  // A fork bomb that is refused new processes goes on trying for ever; the first refusal is its end.
  const crowd = setInterval(() => {
    if ((confined.taskRefusals?.() ?? 0) > 0) stopping ??= confined.stop(0);
  }, crowdLookMs);
  try {
    const { code, signal, oomLimit } = await confined.exited;
    const crowded = (confined.taskRefusals?.() ?? 0) > 0;
    if (step.signal.aborted || (stopping !== null && !crowded)) throw cancelled();
    if (crowded && code !== 0) throw tooManyProcesses(step.name);
    if (oomLimit !== null) throw outOfMemory(step.name, oomLimit);
    if (code === 0) return;
    const how = code === null ? `was ended by ${signal ?? 'a signal'}` : `failed with exit code ${code}`;
    throw new WindlassError('failed', `the build's ${step.name} step ${how}`, {
      hint: `Its last lines say why; \`${shown(step.argv)}\` should work in a fresh checkout.`,
    });
  } finally {
    clearInterval(crowd);
    step.signal.removeEventListener('abort', onAbort);
    // What a step left running in the background must not write into the release later.
    await (stopping ?? confined.stop(stopGraceMs));
  }
}

function outOfMemory(name: string, limit: number): WindlassError {
  const megabytes = Math.round(limit / 1024 ** 2);
  return new WindlassError('limit', `the build ran out of memory at ${megabytes} MB (in its ${name} step)`, {
    hint: `Raise "build.memory" in windlass.json, like {"build": {"memory": "${Math.ceil((megabytes * 2) / 1024)}g"}}.`,
  });
}

function tooManyProcesses(name: string): WindlassError {
  return new WindlassError('limit', `the build started too many processes (in its ${name} step)`, {
    hint: 'Look for a script that starts itself, or let the build work on fewer things at once.',
  });
}

const shown = (argv: readonly string[]): string => (argv[0] === '/bin/sh' ? (argv[2] ?? '') : argv.join(' '));
