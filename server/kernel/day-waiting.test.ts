import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayPath } from './day-folder.ts';
import { createDayWriter, type DayWriter, type PackedBatch } from './day-writer.ts';
import type { TelemetryTable } from './telemetry.ts';

const dayMs = 86_400_000;
const now = Date.UTC(2025, 5, 30, 12);
const table: TelemetryTable = {
  name: 'hits',
  columns: { at: 'INTEGER', id: 'INTEGER' },
  keepDays: 40,
  keepBytes: 1e9,
};
const always = { from: 0, to: now + dayMs };

let folder: string;
let writer: DayWriter;
let notes: string[];
let ms: number;
const open = (more: Partial<TelemetryTable> = {}) => {
  writer = createDayWriter(
    folder,
    (_, message) => notes.push(message),
    () => ms,
  );
  writer.define({ ...table, ...more });
};
/** `count` rows with the ids from `first` on. */
const batch = (first: number, count: number, at = now, more: Partial<PackedBatch> = {}): PackedBatch => ({
  table: 'hits',
  text: Array.from({ length: count }, (_, index) => JSON.stringify([at, first + index])).join(','),
  count,
  from: at,
  to: at,
  now,
  ...more,
});
/** What a reader of the file alone sees. */
const inFile = (sql: string) => {
  const db = new Database(dayPath(folder, 'hits', '20250630'), { readonly: true });
  const [row] = db.query<{ n: number }, []>(sql).all();
  db.close();
  return row?.n;
};
const unpacked = () => inFile('SELECT count(*) AS n FROM hits');
const waiting = () => inFile('SELECT coalesce(sum(count), 0) AS n FROM _waiting');
const ids = () =>
  writer.query('hits', 'SELECT id FROM hits', [], always).map((row) => (row as { id: number }).id);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-waiting-'));
  notes = [];
  ms = 10_000;
  open();
});
afterEach(() => {
  writer.close();
  rmSync(folder, { recursive: true, force: true });
});

test('few_rows_are_rows_at_once_and_many_wait_until_it_is_calm', () => {
  writer.store(batch(0, 500));
  expect([unpacked(), waiting()]).toEqual([500, 0]);
  expect(writer.store(batch(500, 1500))).toEqual({ written: 1500, dropped: 0 });
  writer.store(batch(2000, 1500));
  expect([unpacked(), waiting()]).toEqual([500, 3000]);
  expect(writer.unpack()).toBe('busy');
  ms += 3000;
  // Few again, but behind those that wait.
  writer.store(batch(3500, 10));
  expect([unpacked(), waiting()]).toEqual([500, 3010]);
  expect(writer.unpack()).toBe('left');
  expect([unpacked(), waiting()]).toEqual([2000, 1510]);
  expect(writer.unpack()).toBe('left');
  expect(writer.unpack()).toBe('none');
  expect(writer.unpack()).toBe('none');
  writer.store(batch(3510, 10));
  expect([unpacked(), waiting()]).toEqual([3520, 0]);
  expect(ids()).toEqual(upTo(3520));
});

test('a_question_sees_what_waits_in_its_range_and_leaves_the_rest_waiting', () => {
  writer.store(batch(0, 3000));
  writer.store(batch(3000, 3000, now - dayMs));
  const sql = 'SELECT count(*) AS n FROM hits';
  expect(writer.query('hits', sql, [], { from: now - dayMs, to: now - dayMs })).toEqual([{ n: 3000 }]);
  expect([unpacked(), waiting()]).toEqual([0, 3000]);
  expect(writer.query('hits', sql, [], always)).toEqual([{ n: 6000 }]);
  expect([unpacked(), waiting()]).toEqual([3000, 0]);
});

test('no_more_wait_than_the_bound_and_their_order_stays', () => {
  for (let first = 0; first < 220_000; first += 4000) writer.store(batch(first, 4000));
  expect(waiting()).toBeLessThanOrEqual(200_000);
  expect((unpacked() ?? 0) + (waiting() ?? 0)).toBe(220_000);
  expect(
    writer.query(
      'hits',
      'SELECT count(*) AS n FROM (SELECT id - lag(id) OVER () AS step FROM hits) WHERE step <> 1',
      [],
      always,
    ),
  ).toEqual([{ n: 0 }]);
});

test('what_an_older_version_left_waiting_is_unpacked_under_its_own_columns', () => {
  writer.store(batch(0, 3000));
  writer.close();
  open({ columns: { at: 'INTEGER', path: 'TEXT', id: 'INTEGER' } });
  expect(writer.unpack()).toBe('none');
  expect(writer.query('hits', 'SELECT id, path FROM hits WHERE id = 7', [], always)).toEqual([
    { id: 7, path: null },
  ]);
  expect(waiting()).toBe(0);
});

test('a_batch_over_midnight_or_with_bad_times_is_looked_at_row_by_row', () => {
  writer.store(batch(0, 3000));
  const text = JSON.stringify([
    [now - dayMs, 1],
    [null, 2],
    [now, 3000],
  ]).slice(1, -1);
  expect(writer.store(batch(0, 3, now, { text, from: null }))).toEqual({ written: 2, dropped: 1 });
  expect([unpacked(), waiting()]).toEqual([3001, 0]);
  expect(writer.store(batch(0, 3, now, { text, from: now - dayMs }))).toEqual({ written: 2, dropped: 1 });
});

test('a_batch_that_cannot_be_read_goes_alone_and_is_told', () => {
  writer.store(batch(0, 3000));
  writer.store(batch(3000, 2, now, { text: '[1,2],[3' }));
  writer.store(batch(3000, 1));
  expect(ids()).toEqual(upTo(3001));
  expect(notes).toEqual(['telemetry that was put by cannot be read and was deleted']);
});

test('old_rows_go_and_those_that_wait_stay_where_one_day_outgrows_its_bytes', () => {
  writer.close();
  open({ keepBytes: 100_000 });
  let first = 0;
  for (; first < 120 * 3000; first += 3000) writer.store(batch(first, 3000));
  const [row] = writer.query('hits', 'SELECT count(*) AS n, max(id) AS last FROM hits', [], always) as {
    n: number;
    last: number;
  }[];
  expect(row?.last).toBe(first - 1);
  expect(row?.n).toBeLessThan(first);
});

test('kill_9_at_any_instant_loses_and_doubles_nothing', async () => {
  writer.close();
  const script = `
    import { createDayWriter } from ${JSON.stringify(new URL('./day-writer.ts', import.meta.url).href)};
    let ms = 0;
    const writer = createDayWriter(process.argv[1], console.error, () => ms);
    writer.define(${JSON.stringify(table)});
    let id = Number(process.argv[2]);
    for (;;) {
      for (let n = 0; n < 3; n++) {
        const rows = Array.from({ length: 2000 }, () => JSON.stringify([${now}, id++])).join(',');
        writer.store({ table: 'hits', text: rows, count: 2000, from: ${now}, to: ${now}, now: ${now} });
        console.log(String(id));
      }
      ms += 5000;
      while (writer.unpack() !== 'none');
    }`;
  let confirmed = 0;
  for (let round = 0; round < 6; round++) {
    const child = Bun.spawn([process.execPath, '-e', script, folder, String(confirmed)], { stdout: 'pipe' });
    let said = '';
    for await (const chunk of child.stdout) {
      said += new TextDecoder().decode(chunk);
      // Another instant each time: while storing, while unpacking, between them.
      if (said.split('\n').length > 2 + round) child.kill('SIGKILL');
    }
    await child.exited;
    const last = Number(said.trim().split('\n').at(-1));
    expect(last).toBeGreaterThan(confirmed);
    open();
    const stored = ids();
    expect(stored.length).toBeGreaterThanOrEqual(last);
    expect(stored).toEqual(upTo(stored.length));
    confirmed = stored.length;
    writer.close();
  }
  open();
  expect(notes).toEqual([]);
}, 20_000);
