/** Bulk data that may lose its last second but never blocks: rows go in batches to a Worker that owns the SQLite files. */

export type Cell = string | number | null;

export interface TelemetryTable {
  /** The table's name, and the prefix of its day files `<name>-<yyyymmdd>.db`. */
  readonly name: string;
  /** Column name to SQLite type. The first column is `at`, ms since the epoch; it chooses the day. */
  readonly columns: Readonly<Record<string, 'INTEGER' | 'REAL' | 'TEXT'>>;
  /** Each the columns of one index, e.g. `service, at`. */
  readonly indexes?: readonly string[];
  /** Day files older than this are deleted. */
  readonly keepDays: number;
  /** Oldest day files are deleted beyond this. */
  readonly keepBytes: number;
}

export interface Telemetry {
  define(table: TelemetryTable): void;
  /** Adds a row (cells in column order). Never waits; beyond the backlog bound the row is dropped and counted. */
  append(table: string, row: readonly Cell[]): void;
  /**
   * Rows of `sql`, run in the Worker over what the day files hold from `from` to `to` (ms, both included); `sql` names
   * the table as it is defined. Sees what was written; `flush` first to see what was only appended. Rejects with
   * `WindlassError`: `invalid` where the SQL fails, `limit` where the range is too wide, `unavailable` while the Worker is down.
   */
  query<T>(
    table: string,
    sql: string,
    params: readonly Cell[],
    range: { from: number; to: number },
  ): Promise<T[]>;
  /** Resolves when everything appended before is on disk. */
  flush(): Promise<void>;
  /** Rows since start: taken, written, dropped. */
  readonly counts: { taken: number; written: number; dropped: number };
  close(): Promise<void>;
}
