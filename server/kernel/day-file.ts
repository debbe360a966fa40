/** One day of one telemetry table: an SQLite file of its own, opened for writing. */

import { Database } from 'bun:sqlite';
import { chmodSync } from 'node:fs';
import { insertRows, insertSql, inTransaction, quote } from './day-sql.ts';
import { type DayWaiting, hasWaiting, openDayWaiting } from './day-waiting.ts';
import type { Cell, TelemetryTable } from './telemetry.ts';

export interface DayFile {
  readonly path: string;
  /** Batches that are not rows yet. */
  readonly waiting: DayWaiting;
  /** Writes all rows or none, after those that wait. */
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
    const insert = db.query(insertSql(table.name, names));
    const waiting = openDayWaiting(db, table.name, names);
    return {
      path,
      waiting,
      write(rows) {
        while (waiting.rows > 0 && waiting.unpack() !== null);
        inTransaction(db, () => insertRows(insert, rows, names.length));
      },
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
        waiting.close();
        db.close();
      },
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Whether batches wait in the file. False where it cannot be read: a question will find out why. */
export function holdsWaiting(path: string): boolean {
  try {
    const db = new Database(path, { readwrite: true });
    try {
      return hasWaiting(db);
    } finally {
      db.close();
    }
  } catch {
    return false;
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
