/**
 * What one day's salt knew of one site, in columns: visitors one after the other, the visits of each in order, the events of each
 * in order. So whoever counts visitors of anything only has to remember the last one it saw, and never a set of them.
 * A visit that goes on after midnight stays with the day it began in, so no visitor is in two partitions: numbers of
 * visitors may be added up over days, and stay exact.
 */

import { type TraitName, traitNames, type VitalName } from './hit.ts';

export type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Of each event; `page`, `host`, `name`, `props` and `currency` point into a dictionary. */
const eventColumns = [
  /** ms since the day began. */
  'at',
  /** 0 page view, 1 custom event. */
  'kind',
  'name',
  'page',
  'host',
  'release',
  'props',
  'revenue',
  'currency',
  'engaged',
  'scroll',
  'lcp',
  'inp',
  'cls',
  'fcp',
  'ttfb',
] as const satisfies readonly (string | VitalName)[];
export type EventColumn = (typeof eventColumns)[number];

/** Of each visit, besides its traits: where its events begin, what came of it. */
export type VisitColumn = TraitName | 'entry' | 'exit' | 'first' | 'views' | 'events' | 'duration' | 'bounce';

/** Of each visitor: where its visits begin. */
export type VisitorColumn = 'visits';

export type ColumnName = EventColumn | VisitColumn | VisitorColumn;

/** Columns whose numbers are places in the dictionary of the same name; `entry` and `exit` use that of `page`. */
const dictionaryNames = [
  'name',
  'page',
  'host',
  'props',
  'currency',
  ...traitNames,
] as const satisfies readonly (EventColumn | TraitName)[];
export type DictionaryName = (typeof dictionaryNames)[number];

export interface PartitionHead {
  /** When the day began, ms since the epoch; a whole UTC day. */
  readonly day: number;
  readonly visitors: number;
  readonly visits: number;
  readonly events: number;
  /** The time of its last event, ms since the day began. */
  readonly last: number;
}

export interface Partition extends PartitionHead {
  /** All zeros where nothing was stored. `first` and `visits` have one place more than there are rows, for the end. */
  column(name: ColumnName): Column;
  dictionary(name: DictionaryName): readonly string[];
}

/** What is written to a file: narrow columns, without those that are all zero. */
export interface PartitionData extends PartitionHead {
  readonly columns: ReadonlyMap<ColumnName, Column>;
  readonly dictionaries: ReadonlyMap<DictionaryName, readonly string[]>;
}

/** A partition whose columns are in memory. */
export function partitionOf(data: PartitionData): Partition {
  const { day, visitors, visits, events, last } = data;
  return {
    day,
    visitors,
    visits,
    events,
    last,
    column: (name) => data.columns.get(name) ?? zeros(data, name),
    dictionary: (name) => data.dictionaries.get(name) ?? [''],
  };
}

/** What a column that was left out stands for. */
export function zeros({ visits, events }: PartitionHead, name: ColumnName): Column {
  return new Uint8Array(eventColumns.some((each) => each === name) ? events : visits);
}
