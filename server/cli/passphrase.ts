/** A passphrase from stdin, so that it is in no argument list and no history of a shell. */

import { UsageError } from './usage-error.ts';
import type { VerbContext } from './verb.ts';

/** One line, asked for where stdin is a terminal. Throws `UsageError` where it is too short. */
export async function readPassphrase({ io }: VerbContext): Promise<string> {
  if (io.stdin.isTTY) io.stderr.write('passphrase (shown as you type): ');
  const text = (await io.stdin.line())?.trim() ?? '';
  if (text.length >= 8) return text;
  throw new UsageError('a passphrase has at least 8 characters', 'It is read from stdin, one line.');
}
