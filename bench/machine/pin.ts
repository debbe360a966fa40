/** Keeps a process on one core, so that peers get the same and the load generator does not take theirs. */

import { program } from './program.ts';

/** What is measured runs on the first core, everything that measures on the second. */
export const cores = { measured: 0, load: 1 } as const;

/** The argv that runs `argv` on `core` alone; what it starts stays there too. */
export function pinned(core: number, argv: readonly string[]): string[] {
  return [program('taskset'), '-c', String(core), ...argv];
}
