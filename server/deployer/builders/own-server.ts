/** Apps that bring a server of their own beside the tool that builds their pages. */

import type { SourceTree } from './builder.ts';
import { parseCommand } from './command.ts';

const runtimes = new Set(['node', 'bun', 'tsx', 'ts-node']);

/** True where the `start` script runs a file of the app. */
export function startsOwnServer({ packageJson }: SourceTree): boolean {
  const script = packageJson?.scripts?.start;
  if (script === undefined) return false;
  const command = parseCommand(script);
  return command.kind === 'simple' && runtimes.has(command.argv[0] ?? '');
}
