/** A changing script of a step: one at a time on a server, and an error a person can act on where it fails. */

import { WindlassError } from '../../../shared/errors.ts';
import type { Site } from './step.ts';

// The script of a cut line may still be at work: the next one waits for it.
const alone = `
exec 9>/run/windlass-setup.lock
flock -w 120 9 || { echo 'another set-up is running on this server' >&2; exit 75; }
set -e
`;

/** Resolves with what the script printed. */
export async function change(site: Site, script: string, args: readonly string[] = []): Promise<string> {
  const ran = await site.remote.runAsRoot(`${alone}${script}`, args, site.onLine);
  if (ran.code === 0) return ran.out;
  const lines = `${ran.err}\n${ran.out}`
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  // Some programs draw marks under what they complain about.
  const said = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1);
  if (ran.code === null) throw cutOff();
  throw new WindlassError('failed', said ?? `a command ended with ${ran.code}`, {
    hint: 'Nothing else was changed. Correct that on the server, then run it again.',
    cause: ran.err,
  });
}

/** A command of which nothing more is known: its line ended before it did. */
export function cutOff(): WindlassError {
  return new WindlassError('unavailable', 'the connection was cut before the server answered', {
    hint: 'Run it again: what is done stays done.',
  });
}
