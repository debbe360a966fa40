/** Writes batches to the day files of all tables and keeps the folder within its bounds. Lives in the Worker. */

import { WindlassError } from '../../shared/errors.ts';
import { type DayFile, holdsWaiting, openDayFile } from './day-file.ts';
import { dayOf, dayPath, isStorable, removeDay, setAside, storedDays, surplus } from './day-folder.ts';
import { type DayRange, queryDays } from './day-query.ts';
import type { PackedRows } from './day-waiting.ts';
import { codeOf } from './disk-error.ts';
import { createRowRate } from './row-rate.ts';
import type { Cell, TelemetryTable } from './telemetry.ts';

export type Note = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Record<string, unknown>,
) => void;

/** Rows as text, each a JSON array in column order. */
export interface PackedBatch extends PackedRows {
  readonly table: string;
  /** The least and the greatest time of a row; null where one has none. */
  readonly from: number | null;
  readonly to: number | null;
  /** The main side's clock, ms since the epoch. */
  readonly now: number;
}

export interface DayWriter {
  define(table: TelemetryTable): void;
  /** Never throws: rows that cannot be stored are counted as dropped. */
  write(table: string, rows: readonly (readonly Cell[])[], now: number): { written: number; dropped: number };
  /** As `write`, for rows as text; while many come they are only put by, and unpacked when there is time. */
  store(batch: PackedBatch): { written: number; dropped: number };
  /** Makes rows of one batch that waits: `left` where more wait, `none` where none does, `busy` while many rows come. */
  unpack(): 'left' | 'none' | 'busy';
  query(table: string, sql: string, params: readonly Cell[], range: DayRange): unknown[];
  sync(): void;
  close(): void;
}

/** Tables times two (around midnight), with room; each costs a few hundred kB. */
const mostOpen = 24;
/** Sizes are looked at after this many batches of a table: every 13 s at its regular pace. */
const batchesBetweenSweeps = 64;
/** Rows a second from which on they are put by. */
const manyRows = 2000;
/** Rows and characters that wait at most: a question waits a second for that many to be unpacked. */
const mostWaiting = { rows: 200_000, characters: 64_000_000 } as const;

/** `monotonic`: ms. */
export function createDayWriter(
  folder: string,
  note: Note,
  monotonic: () => number = () => performance.now(),
): DayWriter {
  const rate = createRowRate(monotonic);
  /** Files in which batches wait, or may: those of an earlier run are not looked at before there is time. */
  const holding = new Map<string, { table: TelemetryTable; day: string }>();
  /** Whether waiting batches were last seen to stay. */
  let stuck = false;
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
    holding.delete(path);
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

  function writeDay(table: TelemetryTable, day: string, write: (file: DayFile) => void): boolean {
    const path = dayPath(folder, table.name, day);
    for (let attempt = 1; ; attempt++) {
      try {
        write(fileOf(table, day));
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
        holding.delete(day.path);
        removeDay(day.path);
        note('info', 'a telemetry file was deleted', { path: day.path, bytes: day.bytes });
      }
      const today = open.get(dayPath(folder, table.name, dayOf(now)));
      if (today !== undefined && today.usedBytes() > table.keepBytes) {
        unpackAll(today.path);
      }
      // The file of today alone is too big: its free pages take the next rows, so it grows no further.
      for (let round = 0; round < 5 && today !== undefined && today.usedBytes() > table.keepBytes; round++) {
        today.thin();
      }
    } catch (error) {
      note('warn', 'old telemetry could not be deleted', { table: table.name, error: String(error) });
    }
  }

  /** Makes rows of the oldest batch of the file. False where none is left, or none can be unpacked now. */
  function unpackOne(path: string): boolean {
    const held = holding.get(path);
    if (held === undefined) {
      return false;
    }
    const wasOpen = open.has(path);
    try {
      if (!wasOpen && !holdsWaiting(path)) {
        holding.delete(path);
        return false;
      }
      const { waiting } = fileOf(held.table, held.day);
      const done = waiting.unpack();
      if (done !== null && done.lost > 0) {
        note('error', 'telemetry that was put by cannot be read and was deleted', { path, rows: done.lost });
      }
      stuck = false;
      if (waiting.rows > 0 && done !== null) {
        return true;
      }
      holding.delete(path);
      return false;
    } catch (error) {
      if (!isSetAside(path, error)) {
        closeFile(path);
        if (!stuck) {
          note('warn', 'telemetry that was put by cannot be unpacked yet', { path, error: String(error) });
        }
        stuck = true;
      }
      return false;
    }
  }

  function unpackAll(path: string): void {
    while (unpackOne(path));
  }

  function boundWaiting(): void {
    let rows = 0;
    let characters = 0;
    for (const path of holding.keys()) {
      const waiting = open.get(path)?.waiting;
      rows += waiting?.rows ?? 0;
      characters += waiting?.characters ?? 0;
    }
    if (rows > mostWaiting.rows || characters > mostWaiting.characters) {
      // Two for the one that came, or a short rest would never be made use of.
      const [oldest = ''] = holding.keys();
      if (unpackOne(oldest)) {
        unpackOne(oldest);
      }
    }
  }

  /** The table's day the batch can be put by for; null where its rows are to be looked at one by one, or few come. */
  function dayFor(table: TelemetryTable, { from, to, now }: PackedBatch): string | null {
    if (!isStorable(from, table.keepDays, now) || !isStorable(to, table.keepDays, now)) {
      return null;
    }
    const day = dayOf(from);
    const few = rate.perSecond < manyRows && !holding.has(dayPath(folder, table.name, day));
    return few || day !== dayOf(to) ? null : day;
  }

  function sweepAtTimes(table: TelemetryTable, now: number): void {
    const count = (batches.get(table.name) ?? 0) % batchesBetweenSweeps;
    batches.set(table.name, count + 1);
    if (count === 0) {
      sweep(table, now);
    }
  }

  function write(
    name: string,
    rows: readonly (readonly Cell[])[],
    now: number,
  ): { written: number; dropped: number } {
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
      if (writeDay(table, day, (file) => file.write(some))) {
        written += some.length;
      } else {
        dropped += some.length;
      }
    }
    sweepAtTimes(table, now);
    return { written, dropped };
  }

  return {
    define(table) {
      tables.set(table.name, table);
      for (const { day, path } of storedDays(folder, table.name)) {
        holding.set(path, { table, day });
      }
    },
    write,
    store(batch) {
      rate.add(batch.count);
      const table = tableOf(batch.table);
      const day = dayFor(table, batch);
      if (day === null) {
        return write(batch.table, JSON.parse(`[${batch.text}]`), batch.now);
      }
      const stored = writeDay(table, day, (file) => file.waiting.put(batch));
      if (stored) {
        holding.set(dayPath(folder, table.name, day), { table, day });
        boundWaiting();
      }
      sweepAtTimes(table, batch.now);
      return stored ? { written: batch.count, dropped: 0 } : { written: 0, dropped: batch.count };
    },
    unpack() {
      const [path] = holding.keys();
      if (path === undefined) {
        return 'none';
      }
      if (rate.perSecond >= manyRows) {
        return 'busy';
      }
      unpackOne(path);
      if (holding.size === 0) {
        return 'none';
      }
      return stuck ? 'busy' : 'left';
    },
    query(name, sql, params, range) {
      const table = tableOf(name);
      for (let attempt = 1; ; attempt++) {
        const days = storedDays(folder, name).filter(
          (day) => day.day >= dayOf(clampTime(range.from)) && day.day <= dayOf(clampTime(range.to)),
        );
        for (const { path } of days) {
          unpackAll(path);
        }
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
