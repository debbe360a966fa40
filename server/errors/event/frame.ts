/** One line of a stack trace, as every SDK means it. Pure. */

import { isObject, type Json } from '../wire/envelope.ts';
import { listOf, numberOr, objectOf, textOf } from './text.ts';

export interface Frame {
  readonly file: string;
  /** The address or whole path, where it differs from `file`. */
  readonly path: string;
  readonly module: string;
  readonly function: string;
  /** Counted from 1; 0 where it is unknown. */
  readonly line: number;
  readonly column: number;
  /** The source line itself. */
  readonly context: string;
  readonly inApp: boolean;
  /** The object it was read from, to be given its original place. */
  readonly raw: Json;
}

export const mostFrames = 250;

/** Outermost first, as Sentry sends them. What is no frame is left out. */
export function framesOf(stacktrace: unknown): Frame[] {
  const frames: Frame[] = [];
  const raw = listOf(objectOf(stacktrace).frames, Number.MAX_SAFE_INTEGER);
  // Of an endless recursion the ends say everything.
  const kept = raw.length > mostFrames ? [...raw.slice(0, 50), ...raw.slice(-(mostFrames - 50))] : raw;
  for (const each of kept) if (isObject(each)) frames.push(frameOf(each));
  return frames;
}

function frameOf(raw: Json): Frame {
  const path = textOf(raw.abs_path, 2000);
  const file = textOf(raw.filename, 2000) || path;
  return {
    file,
    path: path || file,
    module: textOf(raw.module, 300),
    function: textOf(raw.function, 300),
    line: numberOr(raw.lineno, 0),
    column: numberOr(raw.colno, 0),
    context: textOf(raw.context_line, 500),
    inApp: typeof raw.in_app === 'boolean' ? raw.in_app : isOwnFile(path || file),
    raw,
  };
}

/** Where the SDK does not say it: everything but packages, the runtime's own and what has no file. */
export function isOwnFile(path: string): boolean {
  if (path === '' || path === '<anonymous>' || path === '[native code]') return false;
  return !/(?:^|[\\/])(?:node_modules|site-packages|dist-packages|vendor\/bundle|gems)[\\/]|^(?:node|internal|bun|native|<frozen|chrome-extension|moz-extension):?/.test(
    path,
  );
}
