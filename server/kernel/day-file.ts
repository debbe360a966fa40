/** One day of one telemetry table: an SQLite file of its own, opened for writing. */

import { Database, type Statement } from 'bun:sqlite';
import { chmodSync } from 'node:fs';
import type { Cell, TelemetryTable } from './telemetry.ts';

export interface DayFile {
  readonly path: string;
  /** Writes all rows or none. */
  write(rows: readonly (readonly Cell[])[]): void;
  /** Bytes its rows take, without pages that are free for new ones. */
  usedBytes(): number;
  /** Deletes the oldest tenth of its rows, by order of arrival. */
  thin(): void;
  sync(): void;
  close(): void;
}

/** Opens or creates the file; columns that a newer version of the table has are added. Throws what SQLite throws. */
export function openDayFile(path: string, table: TelemetryTable): DayFile {
  const db = new Database(path, { create: true, readwrite: true });
  try {
    chmodSync(path, 0o600);
    db.run('PRAGMA busy_timeout = 2000');
    db.run('PRAGMA journal_mode = WAL');
    db.run('PRAGMA synchronous = NORMAL');
    db.run('PRAGMA journal_size_limit = 8388608');
    // Rows are appended: a small cache holds the few pages that are hot.
    db.run('PRAGMA cache_size = -512');
    prepareSchema(db, table);
    const names = Object.keys(table.columns);
    const insert = db.query(
      `INSERT INTO ${quote(table.name)} (${names.map(quote).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    );
    return {
      path,
      write: (rows) => writeRows(db, insert, rows, names.length),
      usedBytes: () => pragma(db, 'page_size') * (pragma(db, 'page_count') - pragma(db, 'freelist_count')),
      thin() {
        const name = quote(table.name);
        db.run(
          `DELETE FROM ${name} WHERE rowid <= (SELECT min(rowid) + (max(rowid) - min(rowid)) / 10 FROM ${name})`,
        );
      },
      sync() {
        db.run('PRAGMA wal_checkpoint(PASSIVE)');
      },
      close() {
        insert.finalize();
        db.close();
      },
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** An identifier for SQL. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function writeRows(db: Database, insert: Statement, rows: readonly (readonly Cell[])[], width: number): void {
  db.run('BEGIN IMMEDIATE');
  try {
    for (const row of rows) {
      if (row.length !== width) {
        throw new Error(`a row of ${db.filename} has ${row.length} cells instead of ${width}`);
      }
      insert.run(...row);
    }
    db.run('COMMIT');
  } catch (error) {
    // After a full disk SQLite has rolled back by itself.
    if (db.inTransaction) {
      db.run('ROLLBACK');
    }
    throw error;
  }
}

function prepareSchema(db: Database, table: TelemetryTable): void {
  const name = quote(table.name);
  const columns = Object.entries(table.columns);
  db.run(
    `CREATE TABLE IF NOT EXISTS ${name} (${columns.map(([column, type]) => `${quote(column)} ${type}`).join(', ')})`,
  );
  const present = new Set(
    db
      .query<{ name: string }, []>(
        `SELECT name FROM pragma_table_info('${table.name.replaceAll("'", "''")}')`,
      )
      .all()
      .map((column) => column.name),
  );
  for (const [column, type] of columns) {
    if (!present.has(column)) {
      db.run(`ALTER TABLE ${name} ADD COLUMN ${quote(column)} ${type}`);
    }
  }
  for (const index of table.indexes ?? []) {
    const parts = index.split(',').map((part) => part.trim());
    db.run(
      `CREATE INDEX IF NOT EXISTS ${quote(`${table.name}_${parts.join('_')}`)} ON ${name} (${parts.map(quote).join(', ')})`,
    );
  }
}

function pragma(db: Database, name: 'page_size' | 'page_count' | 'freelist_count'): number {
  const row = db.query<Record<string, number>, []>(`PRAGMA ${name}`).get();
  return row?.[name] ?? 0;
}
