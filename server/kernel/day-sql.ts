/** The SQL all day files share: identifiers, inserts, transactions. */

import type { Database, Statement } from 'bun:sqlite';

/** An identifier for SQL. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function insertSql(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${quote(table)} (${columns.map(quote).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}

/** Throws where a row is not `width` cells wide. */
export function insertRows(insert: Statement, rows: readonly (readonly unknown[])[], width: number): void {
  for (const row of rows) {
    if (row.length !== width) {
      throw new Error(`a row has ${row.length} cells instead of ${width}`);
    }
    insert.run(...(row as (string | number | null)[]));
  }
}

/** All of `work` or nothing. */
export function inTransaction(db: Database, work: () => void): void {
  db.run('BEGIN IMMEDIATE');
  try {
    work();
    db.run('COMMIT');
  } catch (error) {
    // After a full disk SQLite has rolled back by itself.
    if (db.inTransaction) {
      db.run('ROLLBACK');
    }
    throw error;
  }
}
