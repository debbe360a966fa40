/** What a dimension puts a row of a partition into: a number, and the words those numbers stand for. Pure. */

import { placeOf } from './filter-mask.ts';
import type { Column, Partition } from './partition.ts';

export type Group =
  /** By a column of events or of visits; `words` by its number. */
  | { readonly kind: 'events' | 'visits'; readonly column: Column; readonly words: readonly string[] }
  /** By a column of events of which several numbers stand for the same word. */
  | {
      readonly kind: 'words';
      readonly column: Column;
      readonly wordOf: Uint32Array;
      readonly words: readonly string[];
    }
  /** By the minute since the day began: which interval it lies in. */
  | { readonly kind: 'time'; readonly intervalOf: Uint32Array; readonly words: readonly string[] };

const minuteMs = 60_000;

/** `starts` of the intervals, sorted; see `intervalStarts`. */
export function groupOf(partition: Partition, dimension: string, starts: readonly number[]): Group {
  if (dimension === 'time') return timeGroup(partition, starts);
  const { level, column, words } = placeOf(partition, dimension);
  if (dimension.startsWith('prop:')) {
    const places = new Map<string, number>();
    const wordOf = Uint32Array.from(words, (word) => {
      const known = places.get(word) ?? places.size;
      places.set(word, known);
      return known;
    });
    return { kind: 'words', column: partition.column(column), wordOf, words: [...places.keys()] };
  }
  return { kind: level === 'visits' ? 'visits' : 'events', column: partition.column(column), words };
}

function timeGroup({ day, last }: Partition, starts: readonly number[]): Group {
  const intervalOf = new Uint32Array(Math.floor(last / minuteMs) + 1);
  let index = 0;
  for (let minute = 0; minute < intervalOf.length; minute++) {
    const at = day + minute * minuteMs;
    while (index + 1 < starts.length && (starts[index + 1] ?? 0) <= at) index += 1;
    intervalOf[minute] = index;
  }
  return { kind: 'time', intervalOf, words: starts.map(String) };
}

/**
 * Whether its rows say anything of that dimension: the empty word is one row among others for a country that is not
 * known, but an event without a property, a goal or a currency is no row at all.
 */
export function leavesOutEmpty(dimension: string): boolean {
  return (
    dimension.startsWith('prop:') ||
    dimension === 'goal' ||
    dimension === 'currency' ||
    dimension.startsWith('utm_')
  );
}
