/** Filters as tables of yes and no, one entry for each word of a dictionary, so that a scan only looks up. Pure. */

import type { TraitName } from './hit.ts';
import type { Column, DictionaryName, Partition } from './partition.ts';
import type { Filter } from './query.ts';

/** Asked of a row by its column. */
export interface Mask {
  readonly column: Column;
  /** 1 where the number in the column passes. */
  readonly passes: Uint8Array;
}

/** Asked of all events of a visit: at least one passes, or none. */
export interface DoneMask extends Mask {
  readonly wanted: boolean;
}

export interface Masks {
  /** Of visits: all must pass. */
  readonly visits: readonly Mask[];
  /** Of events: only those that pass are counted. */
  readonly events: readonly Mask[];
  /** Of visits, by what was done in them; their other events are counted as well. */
  readonly done: readonly DoneMask[];
}

export function masksOf(partition: Partition, filters: readonly Filter[]): Masks {
  const masks = { visits: [] as Mask[], events: [] as Mask[], done: [] as DoneMask[] };
  for (const filter of filters) {
    const { level, column: name, words } = placeOf(partition, filter.dimension);
    const column = partition.column(name);
    // "Not" of what was done means that it was never done, so it is asked for and then refused.
    const wanted = filter.op === 'is' || filter.op === 'contains';
    const asked = level === 'done' && !wanted ? { ...filter, op: positive(filter.op) } : filter;
    const passes = Uint8Array.from(words, (word) => (matches(asked, word) ? 1 : 0));
    if (level === 'done') masks.done.push({ column, passes, wanted });
    else masks[level].push({ column, passes });
  }
  return masks;
}

/** `begin` and `end` are of its events. */
export function visitPasses({ visits, done }: Masks, visit: number, begin: number, end: number): boolean {
  if (!rowPasses(visits, visit)) return false;
  for (const { column, passes, wanted } of done) {
    let event = begin;
    while (event < end && passes[column[event] ?? 0] !== 1) event++;
    if (event < end !== wanted) return false;
  }
  return true;
}

export function rowPasses(masks: readonly Mask[], row: number): boolean {
  for (let index = 0; index < masks.length; index++) {
    const mask = masks[index];
    if (mask !== undefined && mask.passes[mask.column[row] ?? 0] !== 1) return false;
  }
  return true;
}

function positive(op: Filter['op']): Filter['op'] {
  return op === 'is-not' ? 'is' : op === 'contains-not' ? 'contains' : op;
}

interface Place {
  readonly level: 'visits' | 'events' | 'done';
  readonly column: DictionaryName | 'entry' | 'exit' | 'release';
  /** What is compared, by the number in the column. */
  readonly words: readonly string[];
}

/** Where a dimension is kept. Throws for `time`, which is no column. */
export function placeOf(partition: Partition, dimension: string): Place {
  if (dimension.startsWith('prop:')) {
    const key = dimension.slice(5);
    const words = partition.dictionary('props').map((props) => propOf(props, key));
    return { level: 'done', column: 'props', words };
  }
  switch (dimension) {
    case 'page':
    case 'host':
    case 'currency':
      return { level: 'events', column: dimension, words: partition.dictionary(dimension) };
    case 'goal':
      // A page view is no goal, so its name is none that a filter could mean.
      return { level: 'done', column: 'name', words: partition.dictionary('name') };
    case 'release':
      return { level: 'events', column: 'release', words: releases(partition) };
    case 'entry_page':
      return { level: 'visits', column: 'entry', words: partition.dictionary('page') };
    case 'exit_page':
      return { level: 'visits', column: 'exit', words: partition.dictionary('page') };
    case 'time':
      throw new Error('time is no column');
    default: {
      const trait = dimension as TraitName;
      return { level: 'visits', column: trait, words: partition.dictionary(trait) };
    }
  }
}

/** The text of a custom property; empty where it is not there. */
function propOf(props: string, key: string): string {
  if (props === '') return '';
  const value: unknown = Object(JSON.parse(props))[key];
  return value === undefined ? '' : String(value);
}

function releases(partition: Partition): string[] {
  let most = 0;
  for (const release of partition.column('release')) if (release > most) most = release;
  return Array.from({ length: most + 1 }, (_, release) => (release === 0 ? '' : String(release)));
}

function matches({ op, values }: Filter, word: string): boolean {
  switch (op) {
    case 'is':
      return values.includes(word);
    case 'is-not':
      return !values.includes(word);
    case 'contains':
      return contains(word, values);
    case 'contains-not':
      return !contains(word, values);
  }
}

function contains(word: string, values: readonly string[]): boolean {
  const lower = word.toLowerCase();
  return values.some((value) => lower.includes(value.toLowerCase()));
}
