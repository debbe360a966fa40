/** Writes batches to the day files of all tables and keeps the folder within its bounds. Lives in the Worker. */

import { WindlassError } from '../../shared/errors.ts';
import { type DayFile, openDayFile } from './day-file.ts';
import { dayOf, dayPath, isStorable, removeDay, setAside, storedDays, surplus } from './day-folder.ts';
import { type DayRange, queryDays } from './day-query.ts';
import { codeOf } from './disk-error.ts';
import type { Cell, TelemetryTable } from './telemetry.ts';

export type Note = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Record<string, unknown>,
) => void;

export interface DayWriter {
  define(table: TelemetryTable): void;
  /** Never throws: rows that cannot be stored are counted as dropped. */
  write(table: string, rows: readonly (readonly Cell[])[], now: number): { written: number; dropped: number };
  query(table: string, sql: string, params: readonly Cell[], range: DayRange): unknown[];
  sync(): void;
  close(): void;
}

/** Tables times two (around midnight), with room; each costs a few hundred kB. */
const mostOpen = 24;
/** Sizes are looked at after this many batches of a table: every 13 s at the fastest regular pace. */
const batchesBetweenSweeps = 64;

export function createDayWriter(folder: string, note: Note): DayWriter {
  const tables = new Map<string, TelemetryTable>();
  const open = new Map<string, DayFile>();
  const batches = new Map<string, number>();
  const troubled = new Set<string>();

  function tableOf(name: string): TelemetryTable {
    const table = tables.get(name);
    if (table === undefined) {
      throw new Error(`the telemetry table ${name} is not defined`);
    }
    return table;
  }

  function closeFile(path: string): void {
    const file = open.get(path);
    open.delete(path);
    try {
      file?.close();
    } catch (error) {
      note('warn', 'a telemetry file could not be closed', { path, error: String(error) });
    }
  }

  /** The file, made the most recently used; `isNew` where it had to be opened. */
  function fileOf(table: TelemetryTable, day: string): DayFile {
    const path = dayPath(folder, table.name, day);
    const known = open.get(path);
    if (known !== undefined) {
      open.delete(path);
      open.set(path, known);
      return known;
    }
    const file = openDayFile(path, table);
    open.set(path, file);
    for (const oldest of open.keys()) {
      if (open.size <= mostOpen) {
        break;
      }
      closeFile(oldest);
    }
    return file;
  }

  function isSetAside(path: string, error: unknown): boolean {
    if (!isDamage(error)) {
      return false;
    }
    closeFile(path);
    try {
      note('error', 'a telemetry file is damaged and was set aside', {
        path,
        aside: setAside(path),
        error: String(error),
      });
      return true;
    } catch (cause) {
      note('error', 'a damaged telemetry file could not be set aside', { path, error: String(cause) });
      return false;
    }
  }

  function writeDay(table: TelemetryTable, day: string, rows: readonly (readonly Cell[])[]): boolean {
    const path = dayPath(folder, table.name, day);
    for (let attempt = 1; ; attempt++) {
      try {
        fileOf(table, day).write(rows);
        if (troubled.delete(table.name)) {
          note('info', 'telemetry is written again', { table: table.name });
        }
        return true;
      } catch (error) {
        if (attempt === 1 && isSetAside(path, error)) {
          continue;
        }
        // Opened anew next time: after an I/O error a connection may stay unusable.
        closeFile(path);
        if (!troubled.has(table.name)) {
          troubled.add(table.name);
          note('error', 'telemetry cannot be written; rows are dropped until it can', {
            path,
            code: codeOf(error),
            error: String(error),
          });
        }
        return false;
      }
    }
  }

  function sweep(table: TelemetryTable, now: number): void {
    try {
      for (const day of surplus(storedDays(folder, table.name), table, now)) {
        closeFile(day.path);
        removeDay(day.path);
        note('info', 'a telemetry file was deleted', { path: day.path, bytes: day.bytes });
      }
      const today = open.get(dayPath(folder, table.name, dayOf(now)));
      // The file of today alone is too big: its free pages take the next rows, so it grows no further.
      for (let round = 0; round < 5 && today !== undefined && today.usedBytes() > table.keepBytes; round++) {
        today.thin();
      }
    } catch (error) {
      note('warn', 'old telemetry could not be deleted', { table: table.name, error: String(error) });
    }
  }

  return {
    define(table) {
      tables.set(table.name, table);
    },
    write(name, rows, now) {
      const table = tableOf(name);
      const byDay = new Map<string, (readonly Cell[])[]>();
      let dropped = 0;
      for (const row of rows) {
        const at = row[0];
        if (!isStorable(at, table.keepDays, now)) {
          dropped += 1;
          continue;
        }
        const day = dayOf(at);
        const same = byDay.get(day);
        if (same === undefined) {
          byDay.set(day, [row]);
        } else {
          same.push(row);
        }
      }
      let written = 0;
      for (const [day, some] of byDay) {
        if (writeDay(table, day, some)) {
          written += some.length;
        } else {
          dropped += some.length;
        }
      }
      const count = (batches.get(name) ?? 0) % batchesBetweenSweeps;
      batches.set(name, count + 1);
      if (count === 0) {
        sweep(table, now);
      }
      return { written, dropped };
    },
    query(name, sql, params, range) {
      const table = tableOf(name);
      for (let attempt = 1; ; attempt++) {
        const days = storedDays(folder, name).filter(
          (day) => day.day >= dayOf(clampTime(range.from)) && day.day <= dayOf(clampTime(range.to)),
        );
        try {
          return queryDays(
            table,
            days.map((day) => day.path),
            sql,
            params,
            range,
          );
        } catch (error) {
          if (attempt > 1 || !isDamage(error)) {
            throw error instanceof WindlassError
              ? error
              : new WindlassError(
                  'invalid',
                  `the question to ${name} failed: ${error instanceof Error ? error.message : String(error)}`,
                );
          }
          for (const day of days) {
            findDamage(table, day.path);
          }
        }
      }
    },
    sync() {
      for (const file of open.values()) {
        file.sync();
      }
    },
    close() {
      for (const path of [...open.keys()]) {
        closeFile(path);
      }
    },
  };

  /** SQLite does not say which of the attached files is damaged, so each is asked alone. */
  function findDamage(table: TelemetryTable, path: string): void {
    try {
      const name = table.name.replaceAll('"', '""');
      queryDays(table, [path], `SELECT count(*) FROM (SELECT * FROM "${name}" ORDER BY 1)`, [], {
        from: Number.MIN_SAFE_INTEGER,
        to: Number.MAX_SAFE_INTEGER,
      });
    } catch (error) {
      isSetAside(path, error);
    }
  }
}

function isDamage(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  return code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB');
}

function clampTime(at: number): number {
  return Math.max(0, Math.min(253_402_300_799_999, Math.trunc(at)));
}
