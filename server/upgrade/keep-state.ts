/** A copy of control.db from before an upgrade: a newer program may change its form, and the older one cannot read that. */

import { Database } from 'bun:sqlite';
import { chmodSync, renameSync, rmSync } from 'node:fs';

/**
 * `db` is open on `path`, and nothing is written until the function it returns was called. That puts the copy back where
 * the form has changed; where only rows have, they are kept, for they were acknowledged.
 */
export function keepState(db: Database, path: string): () => void {
  const copy = `${path}.before-upgrade`;
  rmSync(copy, { force: true });
  db.query('VACUUM INTO ?').run(copy);
  chmodSync(copy, 0o600);
  const before = formOf(db);
  return () => {
    const now = new Database(path, { readwrite: true });
    const after = formOf(now);
    now.close();
    if (after === before) return;
    for (const part of ['-wal', '-shm']) rmSync(`${path}${part}`, { force: true });
    renameSync(copy, path);
  };
}

function formOf(db: Database): string {
  const rows = db.query<{ sql: string | null }, []>('SELECT sql FROM sqlite_schema ORDER BY name').all();
  return JSON.stringify(rows);
}
