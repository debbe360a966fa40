import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WindlassError } from '../../shared/errors.ts';
import { systemClock } from './clock.ts';
import { createLog } from './log.ts';
import type { Migration } from './migrations.ts';
import { openStore } from './store.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-store-'));
  path = join(folder, 'control.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const log = createLog({ write: () => undefined, clock: systemClock, redact: (text) => text });
const first: Migration = { id: 'a-001-things', sql: 'CREATE TABLE things (name TEXT NOT NULL) STRICT' };
const second: Migration = { id: 'a-002-more', sql: 'CREATE TABLE more (x INTEGER) STRICT' };

const refusal = (migrations: readonly Migration[]): WindlassError => {
  try {
    openStore(path, migrations, log).close();
  } catch (error) {
    if (error instanceof WindlassError) {
      return error;
    }
    throw error;
  }
  throw new Error('the store was opened');
};
const names = (db: Database) =>
  db
    .query<{ name: string }, []>('SELECT name FROM things')
    .all()
    .map((row) => row.name);
const putThing = (name: string) => {
  const store = openStore(path, [first], log);
  store.transaction(() => store.db.run('INSERT INTO things VALUES (?)', [name]));
  store.close();
};

test('the_file_is_private_and_written_as_safely_as_sqlite_can', () => {
  const store = openStore(path, [first], log);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const pragma = (name: string) => Object.values(store.db.query(`PRAGMA ${name}`).get() as object)[0];
  expect(pragma('journal_mode')).toBe('wal');
  expect(pragma('synchronous')).toBe(2);
  expect(pragma('foreign_keys')).toBe(1);
  store.close();
});

test('migrations_run_once_and_new_ones_later', () => {
  openStore(path, [first], log).close();
  openStore(path, [first], log).close();
  const store = openStore(path, [first, second], log);
  expect(store.db.query('SELECT count(*) AS n FROM kernel_migrations').get()).toEqual({ n: 2 });
  store.close();
});

test('a_failing_migration_takes_those_before_it_back', () => {
  putThing('kept');
  const error = refusal([first, second, { id: 'a-003-bad', sql: 'CREATE TABLE oops (' }]);
  expect(error.code).toBe('failed');
  expect(error.message).toContain('a-003-bad');
  const store = openStore(path, [first], log);
  expect(names(store.db)).toEqual(['kept']);
  expect(store.db.query("SELECT 1 FROM sqlite_schema WHERE name = 'more'").get()).toBeNull();
  store.close();
});

test('a_released_migration_that_changed_is_refused_but_its_layout_may_change', () => {
  openStore(path, [first], log).close();
  openStore(path, [{ ...first, sql: `\n  ${first.sql.replaceAll(' ', '  ')}` }], log).close();
  expect(refusal([{ ...first, sql: 'CREATE TABLE things (other TEXT)' }]).message).toContain('a-001-things');
});

test('a_file_of_a_newer_version_is_refused_unchanged', () => {
  openStore(path, [first, second], log).close();
  const before = readFileSync(path);
  const error = refusal([first]);
  expect(error.code).toBe('failed');
  expect(error.message).toContain('newer');
  expect(error.message).toContain('a-002-more');
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('two_migrations_of_one_id_are_a_bug', () => {
  expect(() => openStore(path, [first, first], log)).toThrow('one id');
});

test.each([
  [
    'text',
    () => writeFileSync(path, 'this is no database, it only looks like a file of that name\n'.repeat(40)),
  ],
  ['a damaged page', () => writeFileSync(path, readFileSync(path).fill(0x5a, 4096, 12_288))],
  ['half of itself', () => truncateSync(path, 4096)],
  ['nothing', () => truncateSync(path, 0)],
])('a_control_db_that_is_%s_is_refused_and_left_as_it_is', (_, damage) => {
  putThing('one');
  putThing('two');
  damage();
  const before = readFileSync(path);
  const error = refusal([first]);
  expect(error.code).toBe('failed');
  expect(error.message).toContain(path);
  expect(error.hint).toContain(`copy ${path}.backup-1 to ${path}`);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('what_the_hint_says_restores_it', () => {
  putThing('one');
  openStore(path, [first], log).close();
  writeFileSync(path, 'broken');
  expect(refusal([first]).hint).toContain('.backup-1');
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(`${path}${suffix}`, { force: true });
  }
  expect(refusal([first]).message).toContain('it is missing');
  writeFileSync(path, readFileSync(`${path}.backup-1`));
  const store = openStore(path, [first], log);
  expect(names(store.db)).toEqual(['one']);
  store.close();
});

test('one_backup_a_day_and_three_at_most_the_newest_first', () => {
  const yesterday = () => {
    const at = Date.now() / 1000 - 90_000;
    utimesSync(`${path}.backup-1`, at, at);
  };
  for (const name of ['one', 'two', 'three', 'four', 'five']) {
    putThing(name);
    if (existsSync(`${path}.backup-1`)) {
      yesterday();
    }
  }
  putThing('six');
  putThing('seven');
  expect(existsSync(`${path}.backup-4`)).toBe(false);
  expect(existsSync(`${path}.backup-new`)).toBe(false);
  const counts = [1, 2, 3].map((number) => {
    const copy = new Database(`${path}.backup-${number}`, { readonly: true });
    const count = names(copy).length;
    copy.close();
    return count;
  });
  expect(counts).toEqual([5, 4, 3]);
});

test('before_a_new_schema_there_is_a_backup_however_young_the_last', () => {
  putThing('one');
  openStore(path, [first], log).close();
  putThing('two');
  openStore(path, [first, second], log).close();
  const copy = new Database(`${path}.backup-1`, { readonly: true });
  expect(names(copy)).toEqual(['one', 'two']);
  copy.close();
});

test('a_throw_leaves_nothing_and_a_nested_throw_that_is_survived_only_its_own_part', () => {
  const store = openStore(path, [first], log);
  const add = (name: string) => store.db.run('INSERT INTO things VALUES (?)', [name]);
  expect(() =>
    store.transaction(() => {
      add('a');
      store.transaction(() => add('b'));
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(names(store.db)).toEqual([]);
  store.transaction(() => {
    add('c');
    try {
      store.transaction(() => {
        add('d');
        throw new Error('inner');
      });
    } catch {
      add('e');
    }
  });
  expect(names(store.db)).toEqual(['c', 'e']);
  expect(() => store.transaction(async () => add('f'))).toThrow('must not be async');
  expect(names(store.db)).toEqual(['c', 'e']);
  store.close();
});

test('what_a_transaction_returned_from_survives_kill_9', async () => {
  const script = join(folder, 'writer.ts');
  const from = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  writeFileSync(
    script,
    `import { openStore } from ${from('./store.ts')};
     const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
     const store = openStore(${JSON.stringify(path)}, [${JSON.stringify(first)}], log);
     for (let n = 1; ; n++) {
       store.transaction(() => store.db.run('INSERT INTO things VALUES (?)', [String(n)]));
       await Bun.write(Bun.stdout, n + '\\n');
     }`,
  );
  const child = Bun.spawn([process.execPath, script], { stdout: 'pipe', stderr: 'inherit' });
  let said = '';
  for await (const chunk of child.stdout) {
    said += new TextDecoder().decode(chunk);
    if (said.split('\n').length > 50) {
      child.kill('SIGKILL');
    }
  }
  await child.exited;
  const acknowledged = said.split('\n').slice(0, -1).length;
  const store = openStore(path, [first], log);
  expect(names(store.db).length).toBeGreaterThanOrEqual(acknowledged);
  store.close();
});
