/** An exit in words a person understands. */

import type { Exit } from './runtimes/runtime.ts';

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MB`;

/** For example `exit code 1`, `killed by SIGSEGV`, `out of memory at 512 MB`. */
export function exitText(exit: Exit): string {
  if (exit.oomLimit !== null) return `out of memory at ${megabytes(exit.oomLimit)}`;
  if (exit.signal !== null) return `killed by ${exit.signal}`;
  if (exit.code !== null) return `exit code ${exit.code}`;
  return 'ended without a trace';
}
