/** A process a benchmark started and has to end. */

import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Defer } from '../bench.ts';

export interface Child {
  readonly pid: number;
  readonly log: string;
  /** Null while it runs. */
  ended(): string | null;
  /** SIGTERM or `signal`, SIGKILL after `graceMs`; resolves when it is gone. Harmless twice. */
  stop(graceMs?: number, signal?: 'SIGTERM' | 'SIGINT'): Promise<void>;
  /** SIGKILL, at once. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  /** Its output is appended to this file. */
  log: string;
  defer: Defer;
  env?: Readonly<Record<string, string | undefined>>;
}

export function startChild(argv: readonly string[], { log, defer, env }: ChildOptions): Child {
  const output = openSync(log, 'a');
  const child = Bun.spawn([...argv], {
    stdin: 'ignore',
    stdout: output,
    stderr: output,
    ...(env === undefined ? {} : { env: { ...env } }),
  });
  closeSync(output);
  const ended = () => {
    if (child.signalCode !== null) return String(child.signalCode);
    return child.exitCode === null ? null : `exit code ${child.exitCode}`;
  };
  const stop: Child['stop'] = async (graceMs = 5000, signal = 'SIGTERM') => {
    if (ended() !== null) return;
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await child.exited;
    clearTimeout(timer);
  };
  defer(() => stop());
  return {
    pid: child.pid,
    log,
    ended,
    stop,
    async kill() {
      child.kill('SIGKILL');
      await child.exited;
    },
  };
}

/** Throws with its last words where it has ended. */
export async function mustRun(name: string, child: Child): Promise<void> {
  const how = child.ended();
  if (how === null) return;
  throw new Error(`${name} ended (${how}): ${(await readFile(child.log, 'utf8')).slice(-2000)}`);
}

/** Runs to its end and returns what it wrote to stdout; throws with all of it where that is not a good end. */
export async function runProgram(argv: readonly string[]): Promise<string> {
  const child = Bun.spawn([...argv], { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
  const [out, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code === 0) return out;
  throw new Error(
    `${argv[0]} ${argv[1] ?? ''} ended with ${code}: ${`${out}\n${errors}`.trim().slice(-2000)}`,
  );
}
