/** Lines of a log with a search over them, both kept up as lines come. Bounded; the oldest go first. */

import type { LogLine } from '../../../../shared/deployer/model.ts';

export interface LogBuffer {
  append(lines: readonly LogLine[]): void;
  /** Regardless of case; empty finds all. */
  search(text: string): void;
  /** What fits the search, oldest first. A new array after each change. */
  readonly found: readonly LogLine[];
  readonly count: number;
}

export function createLogBuffer(most: number): LogBuffer {
  let all: LogLine[] = [];
  // Lowered once, when a line comes: searching 50,000 then takes a few milliseconds.
  let lowered: string[] = [];
  let found: readonly LogLine[] = all;
  let wanted = '';
  const findFrom = (from: number) =>
    all.slice(from).filter((_, index) => lowered[from + index]?.includes(wanted));
  return {
    append(lines) {
      if (lines.length === 0) return;
      const dropped = Math.max(0, all.length + lines.length - most);
      all = [...all, ...lines].slice(-most);
      lowered = [...lowered, ...lines.map(({ text }) => text.toLowerCase())].slice(-most);
      if (wanted === '') found = all;
      // Searching again only where lines went, which may have been found ones.
      else found = dropped > 0 ? findFrom(0) : [...found, ...findFrom(all.length - lines.length)];
    },
    search(text) {
      wanted = text.toLowerCase();
      found = wanted === '' ? all : findFrom(0);
    },
    get found() {
      return found;
    },
    get count() {
      return all.length;
    },
  };
}
