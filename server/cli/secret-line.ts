/** One line that nobody sees: typed without an echo, or piped in; never an argument, which every process list shows. */

import type { Io } from './io.ts';
import { UsageError } from './usage-error.ts';

const enter = /[\r\n]/;
const interrupt = '\u0003';
const endOfInput = '\u0004';
const rubout = /[\u007f\b]/;

/** Without its end; empty where nothing came. Throws `UsageError` where the person gave up. */
export async function readSecretLine(io: Io, what: string): Promise<string> {
  if (!io.stdin.isTTY) return (await io.stdin.line()) ?? '';
  io.stderr.write(`${what} (not shown): `);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const decoder = new TextDecoder();
  let typed: string[] = [];
  const release = io.stdin.raw((bytes) => {
    for (const character of decoder.decode(bytes, { stream: true })) {
      if (enter.test(character) || character === endOfInput) return resolve(typed.join(''));
      if (character === interrupt)
        return reject(new UsageError(`no ${what} was given`, 'Nothing was changed.'));
      if (rubout.test(character)) typed = typed.slice(0, -1);
      else typed.push(character);
    }
  });
  try {
    return await promise;
  } finally {
    release();
    io.stderr.write('\n');
  }
}
