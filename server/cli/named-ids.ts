/** Names with commas between them, as flags take them, to the ids of what is called so. Pure. */

import { UsageError } from './usage-error.ts';

export function wordsOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}

/** Throws `UsageError` for a name that is none; `noun` is what is named: a check, a channel. */
export function namedIds(
  text: string | undefined,
  all: readonly { readonly id: number; readonly name: string }[],
  noun: string,
): number[] {
  return wordsOf(text).map((wanted) => {
    const found = all.find(({ name }) => name === wanted);
    if (found !== undefined) return found.id;
    const names = all.slice(0, 20).map(({ name }) => name);
    throw new UsageError(
      `there is no ${noun} "${wanted}"`,
      names.length === 0 ? undefined : `There are: ${names.join(', ')}.`,
    );
  });
}
