/** Keeps an app's logs within their bytes: which segments have to go, and in which order. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deleteSegment, listSegments, type Segment } from './segments.ts';

export interface BudgetSegment extends Segment {
  environment: string;
  /** Whether it is the newest of its log: what a crashed instance last said is in it. */
  last: boolean;
  /** Whether its log is one that must keep its last segment: written now, or the newest of the environment. */
  current: boolean;
}

/**
 * The segments to delete so that the rest fits into `keepBytes`. Full segments go first, last ones of older logs only
 * when nothing else is left, and those of current logs never. Each time, the environment that uses most gives its
 * oldest, so that a chatty preview cannot push out what production said.
 */
export function overBudget(segments: readonly BudgetSegment[], keepBytes: number): BudgetSegment[] {
  let total = sum(segments);
  const gone: BudgetSegment[] = [];
  const left = new Set(segments);
  for (const mayGo of [
    (segment: BudgetSegment) => !segment.last,
    (segment: BudgetSegment) => segment.last && !segment.current,
  ]) {
    while (total > keepBytes) {
      const next = nextToGo([...left], mayGo);
      if (next === undefined) break;
      left.delete(next);
      gone.push(next);
      total -= next.bytes;
    }
  }
  return gone;
}

/** Deletes what is over the budget in one app's folder. `writing` says whether a log is open for writing. */
export function keepBudget(
  appFolder: string,
  keepBytes: number,
  writing: (folder: string, stem: string) => boolean,
): void {
  for (const segment of overBudget(segmentsOf(appFolder, writing), keepBytes)) deleteSegment(segment);
}

function segmentsOf(appFolder: string, writing: (folder: string, stem: string) => boolean): BudgetSegment[] {
  return foldersIn(appFolder).flatMap((environment) => {
    const folders = foldersIn(join(appFolder, environment));
    const newestRelease = Math.max(0, ...folders.map((name) => Number(/^r(\d+)$/.exec(name)?.[1] ?? 0)));
    return folders.flatMap((name) => {
      const folder = join(appFolder, environment, name);
      const segments = listSegments(folder);
      const newestBuild =
        name === 'builds' ? segments.toSorted((a, b) => b.writtenAt - a.writtenAt)[0]?.stem : null;
      return segments.map((segment, index) => ({
        ...segment,
        environment,
        last: segments[index + 1]?.stem !== segment.stem,
        current:
          name === `r${newestRelease}` || segment.stem === newestBuild || writing(folder, segment.stem),
      }));
    });
  });
}

function nextToGo(
  left: readonly BudgetSegment[],
  mayGo: (segment: BudgetSegment) => boolean,
): BudgetSegment | undefined {
  const byEnvironment = Map.groupBy(left, (segment) => segment.environment);
  const largestFirst = [...byEnvironment.values()].sort((a, b) => sum(b) - sum(a));
  for (const segments of largestFirst) {
    const oldest = segments.filter(mayGo).sort((a, b) => a.writtenAt - b.writtenAt)[0];
    if (oldest !== undefined) return oldest;
  }
  return undefined;
}

function sum(segments: readonly BudgetSegment[]): number {
  return segments.reduce((total, segment) => total + segment.bytes, 0);
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}
