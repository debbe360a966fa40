import { Database } from 'bun:sqlite';
import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepState } from './keep-state.ts';

/** The rows after `change` was made by another process's connection, and the state put back. */
function afterwards(change: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'windlass-keep-'));
  try {
    const path = join(folder, 'control.db');
    const db = new Database(path, { create: true });
    db.run('PRAGMA journal_mode = WAL');
    db.run('CREATE TABLE notes (text TEXT)');
    db.run("INSERT INTO notes VALUES ('before')");
    const restore = keepState(db, path);
    const other = new Database(path);
    for (const statement of change.split(';')) other.run(statement);
    other.close();
    restore();
    db.close();
    const again = new Database(path);
    const rows = again.query<{ text: string }, []>('SELECT text FROM notes ORDER BY rowid').all();
    again.close();
    return rows.map(({ text }) => text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a_new_form_is_taken_back_with_all_that_was_written_in_it', () => {
  expect(afterwards("ALTER TABLE notes ADD COLUMN more TEXT;INSERT INTO notes VALUES ('new', 'x')")).toEqual([
    'before',
  ]);
});

test('rows_that_were_acknowledged_in_the_same_form_are_kept', () => {
  expect(afterwards("INSERT INTO notes VALUES ('acknowledged')")).toEqual(['before', 'acknowledged']);
});
