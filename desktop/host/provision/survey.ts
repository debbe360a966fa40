/** Looks at a server: all steps' probes in one script, one round trip. */

import { WindlassError } from '../../../shared/errors.ts';
import type { Ran } from '../remote.ts';
import type { Facts, Step } from './step.ts';

/** Each probe in a shell of its own: what one of them breaks stays with it. */
export function surveyScript(steps: readonly Pick<Step, 'probe'>[]): string {
  const say = `say() { printf '%s=%s\\n' "$1" "$(printf %s "$2" | tr '\\n\\r' '  ' | sed 's/ *$//')"; }`;
  return `${say}\n${steps.map(({ probe }) => `(\n${probe}\n)`).join('\n')}\necho survey=whole\n`;
}

/** `name=value` lines. Throws `unavailable` where the script was cut off. */
export function readFacts({ out, err }: Ran): Facts {
  const pairs = out
    .split('\n')
    .map((line) => [line, line.indexOf('=')] as const)
    .filter(([, at]) => at > 0)
    .map(([line, at]) => [line.slice(0, at), line.slice(at + 1)] as const);
  const facts: Facts = Object.fromEntries(pairs);
  if (facts.survey === 'whole') return facts;
  throw new WindlassError('unavailable', 'looking at the server was cut off', {
    hint: 'Try again once the connection is back.',
    cause: err,
  });
}
