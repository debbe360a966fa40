/** Deletes all that is kept of a project, so that nothing of it can be read from the disk. */

import type { Database } from 'bun:sqlite';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Desk } from '../desk.ts';
import { readEvent } from '../event/read-event.ts';
import { wordsOf } from '../event/words.ts';
import { removeIssue } from './tidy-index.ts';

/** Rows of index.db that name their project; issues have more to them. */
const counted = [
  'issue_hashes',
  'releases',
  'release_commits',
  'release_sessions',
  'sessions',
  'monitors',
  'check_ins',
  'feedback',
  'dropped',
  'span_hours',
  'spikes',
] as const;

export function forgetProject(
  desk: Pick<Desk, 'folder' | 'index' | 'files' | 'issues' | 'maps'>,
  project: number,
): void {
  const { index, files } = desk;
  // Parts of uploads that were never put together.
  rmSync(join(desk.folder, 'uploads', String(project)), { recursive: true, force: true });
  index.run('PRAGMA secure_delete = ON');
  index.transaction(() => {
    const issues = index
      .query<{ id: number }, [number]>('SELECT id FROM issues WHERE project = ?')
      .all(project);
    for (const { id } of issues) removeIssue(index, id);
    // Words of what was deleted stay in the index until its parts are merged.
    index.run("INSERT INTO issue_words (issue_words) VALUES ('optimize')");
    for (const table of counted) index.query(`DELETE FROM ${table} WHERE project = ?`).run(project);
  })();
  desk.maps.forget(project);
  desk.issues.forget();
  finishDeleting(index);
  const ofNobody: string[] = [];
  for (const { name, db } of files.all()) {
    if (hasOthers(db, project)) forgetEvents(db, project);
    else ofNobody.push(name);
  }
  for (const name of ofNobody) files.drop(name);
}

const kinds = ['events', 'attachments', 'spans', 'logs'] as const;

function hasOthers(db: Database, project: number): boolean {
  return kinds.some(
    (table) => db.query(`SELECT 1 FROM ${table} WHERE project <> ? LIMIT 1`).get(project) !== null,
  );
}

function forgetEvents(db: Database, project: number): void {
  db.run('PRAGMA secure_delete = ON');
  db.transaction(() => {
    const chunks = db
      .query<{ id: number }, [number]>('SELECT DISTINCT chunk AS id FROM events WHERE project = ?')
      .all(project);
    for (const { id } of chunks) forgetIn(db, id, project);
    db.run("INSERT INTO event_words (event_words) VALUES ('optimize')");
    for (const table of kinds) db.query(`DELETE FROM ${table} WHERE project = ?`).run(project);
    db.run('DELETE FROM chunks WHERE id NOT IN (SELECT chunk FROM events)');
  })();
  finishDeleting(db);
}

/** Its events' words, and their bytes. A chunk may have events of several projects; the others stay where they are in it. */
function forgetIn(db: Database, chunk: number, project: number): void {
  const row = db.query<{ bytes: Uint8Array }, [number]>('SELECT bytes FROM chunks WHERE id = ?').get(chunk);
  if (row === null) return;
  const bytes = Bun.zstdDecompressSync(row.bytes);
  const places = db
    .query<{ id: number; event: string; start: number; length: number }, [number, number]>(
      'SELECT id, event, start, length FROM events WHERE chunk = ? AND project = ?',
    )
    .all(chunk, project);
  // The index has no copy of the text, so it must be told what it was given.
  const unsay = db.query("INSERT INTO event_words (event_words, rowid, words) VALUES ('delete', ?, ?)");
  for (const { id, event, start, length } of places) {
    const read = readEvent(JSON.parse(bytes.toString('utf8', start, start + length)), event, 0);
    if (read !== null) unsay.run(id, wordsOf(read));
    bytes.fill(0x20, start, start + length);
  }
  db.query('UPDATE chunks SET bytes = ? WHERE id = ?').run(Bun.zstdCompressSync(bytes, { level: 3 }), chunk);
}

/** The log of writes has the pages as they were. */
function finishDeleting(db: Database): void {
  db.run('PRAGMA wal_checkpoint(TRUNCATE)');
  db.run('PRAGMA secure_delete = OFF');
}
