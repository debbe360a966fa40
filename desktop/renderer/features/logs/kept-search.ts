/** A search through everything the server keeps of an app's log, whatever release wrote it. Pure. */

import type { LogLine } from '../../../../shared/deployer/model.ts';

/** A regular expression for the very text, in either case. */
export function patternOf(text: string): string {
  return [...text]
    .map((letter) => {
      const [small, large] = [letter.toLowerCase(), letter.toUpperCase()];
      if (small !== large && small.length === 1 && large.length === 1) return `[${small}${large}]`;
      return letter.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
    })
    .join('');
}

export interface ReleaseCount {
  /** Null for lines that belong to none. */
  release: number | null;
  count: number;
}

/** How many lines each release has of these, the newest release first. */
export function countsOf(rows: readonly LogLine[]): ReleaseCount[] {
  const counts = new Map<number | null, number>();
  for (const { release } of rows) counts.set(release, (counts.get(release) ?? 0) + 1);
  return [...counts]
    .map(([release, count]) => ({ release, count }))
    .sort((a, b) => (b.release ?? -1) - (a.release ?? -1));
}
