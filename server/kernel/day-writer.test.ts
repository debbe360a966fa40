import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayOf, surplus } from './day-folder.ts';
import { createDayWriter, type DayWriter } from './day-writer.ts';
import type { TelemetryTable } from './telemetry.ts';

const dayMs = 86_400_000;
const now = Date.UTC(2025, 5, 30, 12);
const table: TelemetryTable = {
  name: 'hits',
  columns: { at: 'INTEGER', path: 'TEXT', ms: 'REAL' },
  indexes: ['path, at'],
  keepDays: 40,
  keepBytes: 1e9,
};
const always = { from: 0, to: now + dayMs };

let folder: string;
let writer: DayWriter;
let notes: string[];
const open = (more: Partial<TelemetryTable> = {}) => {
  writer = createDayWriter(folder, (_, message) => notes.push(message));
  writer.define({ ...table, ...more });
};
const reopen = (more: Partial<TelemetryTable> = {}) => {
  writer.close();
  open(more);
};
const file = (at: number) => join(folder, `hits-${dayOf(at)}.db`);
const count = (range = always) => writer.query('hits', 'SELECT count(*) AS n FROM hits', [], range);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-days-'));
  notes = [];
  open();
});
afterEach(() => {
  writer.close();
  rmSync(folder, { recursive: true, force: true });
});

test('rows_go_to_the_file_of_their_day_and_come_back_from_all_of_them', () => {
  const rows = [0, 1, 2].map((days) => [now - days * dayMs, `/${days}`, days + 0.5]);
  expect(writer.write('hits', rows, now)).toEqual({ written: 3, dropped: 0 });
  expect(
    readdirSync(folder)
      .filter((name) => name.endsWith('.db'))
      .sort(),
  ).toEqual(['hits-20250628.db', 'hits-20250629.db', 'hits-20250630.db']);
  expect(statSync(file(now)).mode & 0o777).toBe(0o600);
  expect(writer.query('hits', 'SELECT path, ms FROM hits WHERE ms > ? ORDER BY at', [1], always)).toEqual([
    { path: '/2', ms: 2.5 },
    { path: '/1', ms: 1.5 },
  ]);
});

test('a_question_sees_its_range_to_the_millisecond_and_nothing_else', () => {
  writer.write(
    'hits',
    [
      [now - 1, 'a', 0],
      [now, 'b', 0],
      [now + 1, 'c', 0],
    ],
    now,
  );
  expect(writer.query('hits', 'SELECT path FROM hits', [], { from: now, to: now })).toEqual([{ path: 'b' }]);
  expect(count({ from: now + 2, to: now + 3 })).toEqual([{ n: 0 }]);
  expect(count({ from: now + dayMs * 9, to: now + dayMs * 10 })).toEqual([{ n: 0 }]);
});

test('more_days_than_sqlite_attaches_are_read_all_the_same', () => {
  const rows = Array.from({ length: 35 }, (_, days) => [now - days * dayMs, '/', 1]);
  expect(writer.write('hits', rows, now).written).toBe(35);
  expect(count()).toEqual([{ n: 35 }]);
  expect(count({ from: now - 20 * dayMs, to: now - dayMs })).toEqual([{ n: 20 }]);
});

test('a_question_cannot_write', () => {
  writer.write('hits', [[now, 'a', 0]], now);
  expect(() => writer.query('hits', 'DELETE FROM d0.hits', [], always)).toThrow('failed');
  expect(() => writer.query('hits', 'SELECT nonsense FROM hits', [], always)).toThrow('nonsense');
  expect(count()).toEqual([{ n: 1 }]);
});

test('rows_older_than_kept_or_far_in_the_future_are_dropped_and_make_no_file', () => {
  const rows = [
    [0, 'old', 0],
    [now + 3 * dayMs, 'far', 0],
    [null, 'none', 0],
    [now, 'ok', 0],
  ];
  expect(writer.write('hits', rows, now)).toEqual({ written: 1, dropped: 3 });
  expect(readdirSync(folder).filter((name) => name.endsWith('.db')).length).toBe(1);
});

test('a_new_column_is_added_to_old_files_and_one_that_went_is_left_out', () => {
  writer.write(
    'hits',
    [
      [now, 'a', 1],
      [now - dayMs, 'b', 2],
    ],
    now,
  );
  reopen({ columns: { at: 'INTEGER', path: 'TEXT', status: 'INTEGER' } });
  expect(writer.write('hits', [[now, 'c', 200]], now).written).toBe(1);
  expect(writer.query('hits', 'SELECT * FROM hits ORDER BY path', [], always)).toEqual([
    { at: now, path: 'a', status: null },
    { at: now - dayMs, path: 'b', status: null },
    { at: now, path: 'c', status: 200 },
  ]);
});

test('a_damaged_file_is_set_aside_and_its_day_goes_on', () => {
  writer.write(
    'hits',
    [
      [now, 'a', 1],
      [now - dayMs, 'b', 2],
    ],
    now,
  );
  writer.close();
  writeFileSync(file(now), 'not a database, but long enough to be looked at '.repeat(200));
  open();
  expect(writer.write('hits', [[now, 'c', 3]], now)).toEqual({ written: 1, dropped: 0 });
  expect(count()).toEqual([{ n: 2 }]);
  expect(readFileSync(`${file(now)}.corrupt`, 'utf8')).toStartWith('not a database');
  expect(notes).toEqual(['a telemetry file is damaged and was set aside']);
});

test('a_question_that_meets_a_damaged_file_answers_from_the_others', () => {
  writer.write(
    'hits',
    [
      [now, 'a', 1],
      [now - dayMs, 'b', 2],
    ],
    now,
  );
  writer.close();
  writeFileSync(file(now - dayMs), readFileSync(file(now - dayMs)).fill(0x77, 100, 12_000));
  open();
  expect(count()).toEqual([{ n: 1 }]);
  expect(existsSync(`${file(now - dayMs)}.corrupt`)).toBe(true);
  expect(existsSync(file(now))).toBe(true);
});

test('a_row_of_the_wrong_width_drops_its_batch_and_stops_nothing', () => {
  expect(writer.write('hits', [[now, 'a']], now)).toEqual({ written: 0, dropped: 1 });
  expect(writer.write('hits', [[now, 'a', 1]], now)).toEqual({ written: 1, dropped: 0 });
  expect(notes.length).toBe(2);
});

test('which_files_go_the_old_ones_then_the_oldest_until_the_rest_fits_never_the_newest', () => {
  const days = ['20250601', '20250628', '20250629', '20250630'].map((day) => ({
    day,
    path: day,
    bytes: 100,
  }));
  const gone = (keepDays: number, keepBytes: number) =>
    surplus(days, { keepDays, keepBytes }, now).map((each) => each.day);
  expect(gone(40, 1000)).toEqual([]);
  expect(gone(10, 1000)).toEqual(['20250601']);
  expect(gone(10, 250)).toEqual(['20250601', '20250628']);
  expect(gone(40, 10)).toEqual(['20250601', '20250628', '20250629']);
});

test('days_past_their_time_are_deleted_with_everything_beside_them', () => {
  writer.write(
    'hits',
    [
      [now - 5 * dayMs, 'a', 1],
      [now, 'b', 1],
    ],
    now,
  );
  reopen({ keepDays: 3 });
  writer.write('hits', [[now, 'c', 1]], now);
  expect(readdirSync(folder).filter((name) => name.includes('20250625'))).toEqual([]);
  expect(count()).toEqual([{ n: 2 }]);
});

test('one_day_that_outgrows_its_bytes_loses_its_oldest_rows_and_stops_growing', () => {
  reopen({ keepBytes: 300_000 });
  const size = () => statSync(file(now)).size;
  let number = 0;
  const fill = (batches: number) => {
    for (let batch = 0; batch < batches; batch++) {
      const rows = Array.from({ length: 40 }, () => [now, `/${++number}`.padEnd(60, 'x'), 1]);
      expect(writer.write('hits', rows, now).dropped).toBe(0);
    }
  };
  fill(256);
  const before = size();
  fill(512);
  expect(size()).toBeLessThan(before * 2);
  const db = new Database(file(now), { readonly: true });
  const newest = db.query<{ path: string }, []>('SELECT path FROM hits ORDER BY rowid DESC LIMIT 1').get();
  db.close();
  expect(newest?.path).toStartWith(`/${number}x`);
});
