/** Words of the form `NAME=value`, of which one may come from stdin. */

import type { Io } from './io.ts';
import { UsageError } from './usage-error.ts';

/** `noun` is what is set, for the error: a variable, a setting. `check` throws for a name that cannot be. */
export async function readAssignments(
  io: Io,
  words: readonly string[],
  noun: string,
  check: (name: string) => void,
): Promise<Record<string, string>> {
  const set: Record<string, string> = {};
  let fromStdin: string | undefined;
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1) {
      // Not repeated back: it may be a value that lost its name.
      throw new UsageError(`a ${noun} is set as NAME=value`, 'NAME=- reads the value from stdin.');
    }
    const name = word.slice(0, at);
    check(name);
    const value = word.slice(at + 1);
    if (value === '-') {
      if (fromStdin !== undefined) {
        throw new UsageError(`stdin holds one value, and both ${fromStdin} and ${name} want it`);
      }
      fromStdin = name;
      set[name] = (await io.stdin.text()).replace(/\r?\n$/, '');
    } else set[name] = value;
  }
  return set;
}
