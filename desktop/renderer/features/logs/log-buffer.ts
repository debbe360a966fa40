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
  let found: readonly LogLine[] = all;
  let wanted = '';
  const fits = (line: LogLine) => line.text.toLowerCase().includes(wanted);
  return {
    append(lines) {
      if (lines.length === 0) return;
      const dropped = Math.max(0, all.length + lines.length - most);
      all = [...all, ...lines].slice(-most);
      // Searching again only where lines went, which may have been found ones.
      if (wanted === '') found = all;
      else found = dropped > 0 ? all.filter(fits) : [...found, ...lines.filter(fits)];
    },
    search(text) {
      wanted = text.toLowerCase();
      found = wanted === '' ? all : all.filter(fits);
    },
    get found() {
      return found;
    },
    get count() {
      return all.length;
    },
  };
}
