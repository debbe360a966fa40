/** A partition as an SQLite file: written whole beside the old one and then put in its place. */

import { Database } from 'bun:sqlite';
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import type { Partition, PartitionData } from '../../shared/analytics/partition.ts';
import {
  type FirstRow,
  partitionRows,
  partitionTables,
  readPartition,
} from '../../shared/analytics/partition-tables.ts';

/** `journalBytes`: of the journal it was made from, 0 once there is none. */
export function writePartition(path: string, data: PartitionData, journalBytes: number): void {
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
  const db = new Database(fresh, { create: true, readwrite: true });
  try {
    // A crash leaves the old file, so this one needs no journal of its own.
    db.run('PRAGMA journal_mode = OFF');
    db.run('PRAGMA synchronous = OFF');
    db.run(`PRAGMA page_size = ${pageSize(data)}`);
    db.run('BEGIN');
    for (const table of partitionTables) db.run(table);
    const { head, columns, dictionaries } = partitionRows(data);
    const put = (sql: string, rows: readonly (readonly (string | number | Uint8Array)[])[]) => {
      const insert = db.query(sql);
      for (const row of rows) insert.run(...row);
      insert.finalize();
    };
    put('INSERT INTO head VALUES (?, ?)', [...head, ['journal', journalBytes]]);
    put('INSERT INTO columns VALUES (?, ?, ?)', columns);
    put('INSERT INTO dictionaries VALUES (?, ?)', dictionaries);
    db.run('COMMIT');
  } finally {
    db.close();
  }
  const file = openSync(fresh, 'r');
  fsyncSync(file);
  closeSync(file);
  renameSync(fresh, path);
}

/** A blob is a chain of pages: large ones are read faster, and small days would be mostly empty with them. */
function pageSize({ columns }: PartitionData): number {
  let bytes = 0;
  for (const column of columns.values()) bytes += column.byteLength;
  return bytes > largeDay ? 16_384 : 4096;
}

const largeDay = 2 << 20;
/** Of the file that SQLite reads as memory, without a copy by the kernel for every page. */
const mappedBytes = 1 << 28;

export interface OpenPartition {
  readonly partition: Partition;
  readonly journalBytes: number;
  close(): void;
}

/** Throws what SQLite throws. */
export function openPartition(path: string): OpenPartition {
  const db = new Database(path, { readonly: true });
  try {
    db.run(`PRAGMA mmap_size = ${mappedBytes}`);
    const statements = new Map<string, ReturnType<typeof db.query>>();
    const firstRow: FirstRow = (sql, param) => {
      let statement = statements.get(sql);
      if (statement === undefined) {
        statement = db.query(sql);
        statements.set(sql, statement);
      }
      return (statement.values(param)[0] as unknown[] | undefined) ?? null;
    };
    const partition = readPartition(firstRow);
    const journalBytes = Number(firstRow('SELECT value FROM head WHERE key = ?', 'journal')?.[0] ?? 0);
    return { partition, journalBytes, close: () => db.close() };
  } catch (error) {
    db.close();
    throw error;
  }
}
