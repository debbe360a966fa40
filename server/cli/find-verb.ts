/** A verb by its name. */

import { nearest } from './nearest.ts';
import { UsageError } from './usage-error.ts';
import type { Verb } from './verb.ts';

/** Throws `UsageError` naming the nearest verb. */
export function findVerb(name: string, verbs: readonly Verb[]): Verb {
  const verb = verbs.find((each) => each.name === name);
  if (verb !== undefined) return verb;
  const guess = nearest(
    name,
    verbs.filter((each) => !each.hidden).map((each) => each.name),
  );
  throw new UsageError(
    `there is no verb "${name}"`,
    guess === null ? 'See `windlass help`.' : `Did you mean \`windlass ${guess}\`?`,
  );
}
