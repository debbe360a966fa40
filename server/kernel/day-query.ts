/** A question over several day files at once: they are attached to an empty database under a view with the table's name. */

import { Database } from 'bun:sqlite';
import { WindlassError } from '../../shared/errors.ts';
import { quote } from './day-sql.ts';
import type { Cell, TelemetryTable } from './telemetry.ts';

export interface DayRange {
  /** ms since the epoch, both included. */
  readonly from: number;
  readonly to: number;
}

/** SQLite attaches 10 at most (SQLITE_MAX_ATTACHED of this build); one place is for the files that are copied. */
const mostAttached = 9;
const mostCopiedRows = 2_000_000;
const mostAnswerRows = 100_000;

/**
 * Rows of `sql` over the files (the oldest first), limited to the range. The newest nine are read in place; of older
 * ones the range is copied to a temporary table first. Throws what SQLite throws, and `WindlassError('limit')`.
 */
export function queryDays(
  table: TelemetryTable,
  files: readonly string[],
  sql: string,
  params: readonly Cell[],
  range: DayRange,
): unknown[] {
  const db = new Database(':memory:');
  try {
    const columns = Object.keys(table.columns);
    const where = `WHERE "at" BETWEEN ${integer(range.from)} AND ${integer(range.to)}`;
    const list = columns.map(quote).join(', ');
    const name = quote(table.name);
    const parts = copyOlder(db, table, files.slice(0, -mostAttached), where);
    for (const [index, file] of files.slice(-mostAttached).entries()) {
      db.query(`ATTACH ? AS d${index}`).run(file);
      parts.push(`SELECT ${selection(db, `d${index}`, table)} FROM d${index}.${name} ${where}`);
    }
    if (parts.length === 0) {
      parts.push(`SELECT ${columns.map((column) => `NULL AS ${quote(column)}`).join(', ')} WHERE false`);
    }
    db.run(`CREATE TEMP VIEW ${name} AS SELECT ${list} FROM (${parts.join(' UNION ALL ')})`);
    // The question comes from a feature, but a slip in one must not write to the files.
    db.run('PRAGMA query_only = ON');
    const rows: unknown[] = [];
    for (const row of db.query(sql).iterate(...params)) {
      if (rows.push(row) > mostAnswerRows) {
        throw new WindlassError('limit', `the answer has more than ${mostAnswerRows} rows`, {
          hint: 'Ask for a shorter time, or for sums.',
        });
      }
    }
    return rows;
  } finally {
    db.close();
  }
}

function copyOlder(db: Database, table: TelemetryTable, files: readonly string[], where: string): string[] {
  if (files.length === 0) {
    return [];
  }
  db.run("ATTACH '' AS older");
  db.run(
    `CREATE TABLE older.rows (${Object.entries(table.columns)
      .map(([column, type]) => `${quote(column)} ${type}`)
      .join(', ')})`,
  );
  let copied = 0;
  for (const file of files) {
    db.query('ATTACH ? AS source').run(file);
    copied += db.run(
      `INSERT INTO older.rows SELECT ${selection(db, 'source', table)} FROM source.${quote(table.name)} ${where} LIMIT ${mostCopiedRows + 1 - copied}`,
    ).changes;
    db.run('DETACH source');
    if (copied > mostCopiedRows) {
      throw new WindlassError('limit', 'too many rows lie in the days asked for', {
        hint: 'Ask for a shorter time.',
      });
    }
  }
  return ['SELECT * FROM older.rows'];
}

/** Every column of the table, NULL for those the file does not have yet. */
function selection(db: Database, schema: string, table: TelemetryTable): string {
  const present = new Set(
    db
      .query<{ name: string }, [string, string]>('SELECT name FROM pragma_table_info(?, ?)')
      .all(table.name, schema)
      .map((column) => column.name),
  );
  return Object.keys(table.columns)
    .map((column) => (present.has(column) ? quote(column) : `NULL AS ${quote(column)}`))
    .join(', ');
}

function integer(value: number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.trunc(value)));
}
