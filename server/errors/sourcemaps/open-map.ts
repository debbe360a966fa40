/** A source map, opened to be asked. */

import { AnyMap, LEAST_UPPER_BOUND, originalPositionFor, sourceContentFor } from '@jridgewell/trace-mapping';
import type { Place } from './original.ts';

/** Line and column counted from 1. Null where it says nothing of the place. */
export type OpenMap = (line: number, column: number) => Place | null;

const around = 5;
const longestLine = 300;

/** Null where `text` is no source map. */
export function openMap(text: string): OpenMap | null {
  try {
    const map = new AnyMap(text);
    return (line, column) => {
      try {
        const needle = { line, column: column - 1 };
        let found = originalPositionFor(map, needle);
        if (found.source === null) found = originalPositionFor(map, { ...needle, bias: LEAST_UPPER_BOUND });
        if (found.source === null) return null;
        const lines = sourceContentFor(map, found.source)?.split('\n');
        const at = found.line - 1;
        const cut = (from: number, to: number) =>
          lines?.slice(Math.max(0, from), to).map((each) => each.slice(0, longestLine)) ?? [];
        return {
          file: found.source,
          line: found.line,
          column: found.column + 1,
          name: found.name,
          before: cut(at - around, at),
          context: lines?.[at]?.slice(0, longestLine) ?? null,
          after: cut(at + 1, at + 1 + around),
        };
      } catch {
        return null;
      }
    };
  } catch {
    return null;
  }
}
