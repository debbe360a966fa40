/** How a verb's error is told: `error: what. hint` for people, `{"error": …}` for programs, an exit code for both. */

import { toPublicError, WindlassError } from '../../shared/errors.ts';
import type { Io } from './io.ts';
import { createStyle, wantsColour } from './style.ts';
import { UsageError } from './usage-error.ts';

/** Prints it; the exit code that belongs to it. The JSON goes to stdout, where a program reads. */
export function report(error: unknown, io: Io, json: boolean): number {
  const style = createStyle(wantsColour(io, io.stderr.isTTY));
  const face = publicFace(error);
  io.stderr.write(`${style.red('error:')} ${sentencesOf(face)}\n`);
  if (json) io.stdout.write(`${JSON.stringify({ error: face })}\n`);
  if (io.env.WINDLASS_DEBUG && error instanceof Error) io.stderr.write(`${error.stack}\n`);
  return error instanceof UsageError ? 2 : 1;
}

/** The message ends as a sentence does, a question included; the hint follows it. */
export function sentencesOf({ message, hint }: { message: string; hint?: string | undefined }): string {
  const sentence = /[.?!…]$/.test(message) ? message : `${message}.`;
  return hint === undefined ? sentence : `${sentence} ${hint}`;
}

function publicFace(error: unknown): { code: string; message: string; hint?: string } {
  if (error instanceof UsageError) {
    return {
      code: 'usage',
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
  }
  if (error instanceof WindlassError) return toPublicError(error);
  return {
    code: 'internal',
    message: `windlass hit a bug: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'Run it again with WINDLASS_DEBUG=1 to see where.',
  };
}
