/** Has the server itself take a new file: it hands over without a lost request. What it cannot is told apart from what it refuses. */

import * as z from 'zod/mini';
import { WindlassError } from '../../../shared/errors.ts';
import { upgradeOutcome } from '../../../shared/upgrade/contract.ts';
import { programFolder } from './binary-step.ts';
import { change } from './run-as-root.ts';
import type { Site } from './step.ts';

export type HandedOver =
  | { kind: 'upgraded' }
  /** The new file did not come up, and the one before it serves again. */
  | { kind: 'went-back'; why: string }
  /** This server knows no such thing, or nobody answers there: only a restart puts a file in its place. */
  | { kind: 'cannot' };

// The file before this one stays for a person, whichever way the new one comes in its place. Without NotifyAccess=all the
// service manager would not learn of the successor, and start another beside it.
const script = `
cd ${programFolder}
cp --preserve=all windlass windlass.old.new
sync windlass.old.new
mv windlass.old.new windlass.old
if [ "$(systemctl show windlass -p NotifyAccess --value)" != all ]; then echo 2; exit 0; fi
code=0
said=$(./windlass upgrade windlass.next --json 2>/dev/null </dev/null) || code=$?
printf '%s\\n%s\\n' "$code" "$said"
`;

/** `windlass.next` is the file. It stays where the answer is `cannot`. Throws what the server refuses, with its own words. */
export async function handOver(site: Site): Promise<HandedOver> {
  const said = await change(site, script);
  const outcome = outcomeOf(said);
  if (outcome.kind !== 'cannot') await change(site, `rm -f ${programFolder}/windlass.next`);
  if (outcome.kind !== 'refused') return outcome;
  throw new WindlassError('failed', outcome.message, { hint: outcome.hint });
}

const refusal = z.object({
  error: z.object({ code: z.string(), message: z.string(), hint: z.optional(z.string()) }),
});
/** No server answers there, or its file has the verb and the process that runs is older. */
const unable = new Set(['unavailable', 'not-found', 'usage']);

/** From the exit code of `windlass upgrade --json` on the first line, and what it printed on the next. Pure. */
export function outcomeOf(
  said: string,
): HandedOver | { kind: 'refused'; message: string; hint: string | undefined } {
  const [code = '', ...lines] = said.trim().split('\n');
  // Wrong usage: a file from before there was such a verb.
  if (code === '2') return { kind: 'cannot' };
  const answer = parsed(lines.at(-1) ?? '');
  const outcome = upgradeOutcome.safeParse(answer);
  if (outcome.success && outcome.data.state !== 'under-way') {
    return outcome.data.state === 'upgraded'
      ? { kind: 'upgraded' }
      : { kind: 'went-back', why: outcome.data.message };
  }
  const refused = refusal.safeParse(answer);
  if (refused.success) {
    const { code: reason, message, hint } = refused.data.error;
    return unable.has(reason) ? { kind: 'cannot' } : { kind: 'refused', message, hint };
  }
  return {
    kind: 'refused',
    message: 'the server does not say how the upgrade went',
    hint: 'Look at it again.',
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
