/** How a partition lies in an SQLite file: columns as blobs, so that a scan reads a few of them and nothing else. */

import {
  type Column,
  type ColumnName,
  type DictionaryName,
  type Partition,
  type PartitionData,
  type PartitionHead,
  zeros,
} from './partition.ts';

export const partitionTables: readonly string[] = [
  'CREATE TABLE head (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID',
  'CREATE TABLE columns (name TEXT PRIMARY KEY, width INTEGER NOT NULL, data BLOB NOT NULL)',
  'CREATE TABLE dictionaries (name TEXT PRIMARY KEY, words TEXT NOT NULL)',
];

/** Of the layout above. A file of another one is not read. */
const layoutVersion = 1;

const headKeys = ['day', 'visitors', 'visits', 'events', 'last'] as const;

/** The rows to be inserted, by table. */
export function partitionRows(data: PartitionData) {
  const head = headKeys.map((key) => [key, data[key]] as const);
  const columns = [...data.columns].map(
    ([name, column]) => [name, widthOf(column), bytesOf(column)] as const,
  );
  const dictionaries = [...data.dictionaries].map(([name, words]) => [name, JSON.stringify(words)] as const);
  return { head: [['layout', layoutVersion] as const, ...head], columns, dictionaries };
}

/** What both SQLite libraries can do: the first row of a query, as an array; null where there is none. */
export type FirstRow = (sql: string, param: string) => readonly unknown[] | null;

/** Reads columns as they are asked for, and keeps none. Throws where the file has another layout. */
export function readPartition(firstRow: FirstRow): Partition {
  const headValue = (key: string) =>
    Number(firstRow('SELECT value FROM head WHERE key = ?', key)?.[0] ?? Number.NaN);
  if (headValue('layout') !== layoutVersion) throw new Error('the partition has a layout of another version');
  const [day, visitors, visits, events, last] = headKeys.map(headValue) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const head: PartitionHead = { day, visitors, visits, events, last };
  const words = new Map<DictionaryName, readonly string[]>();
  return {
    ...head,
    column(name: ColumnName) {
      const row = firstRow('SELECT width, data FROM columns WHERE name = ?', name);
      return row === null ? zeros(head, name) : columnOf(Number(row[0]), row[1] as Uint8Array);
    },
    dictionary(name: DictionaryName) {
      let known = words.get(name);
      if (known === undefined) {
        const row = firstRow('SELECT words FROM dictionaries WHERE name = ?', name);
        known = row === null ? [''] : (JSON.parse(String(row[0])) as string[]);
        words.set(name, known);
      }
      return known;
    },
  };
}

/** 1, 2 or 4 bytes of a whole number, 8 of any. */
function widthOf(column: Column): number {
  return column.BYTES_PER_ELEMENT;
}

/** Little-endian, as every machine this runs on is. */
function bytesOf(column: Column): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

function columnOf(width: number, data: Uint8Array): Column {
  // A view needs its bytes to begin at a multiple of its width.
  const { buffer, byteOffset, byteLength } = byteOffsetFits(data, width) ? data : data.slice();
  const length = byteLength / width;
  switch (width) {
    case 1:
      return new Uint8Array(buffer, byteOffset, length);
    case 2:
      return new Uint16Array(buffer, byteOffset, length);
    case 4:
      return new Uint32Array(buffer, byteOffset, length);
    default:
      return new Float64Array(buffer, byteOffset, length);
  }
}

function byteOffsetFits({ byteOffset }: Uint8Array, width: number): boolean {
  return byteOffset % width === 0;
}
