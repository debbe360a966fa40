/** Schema changes of control.db: forward only, each applied once, all of a start in one transaction. */

import type { Database } from 'bun:sqlite';
import { createHash } from 'node:crypto';
import { WindlassError } from '../../shared/errors.ts';

export interface Migration {
  /** `<feature>-<nnn>-<what>`, e.g. `proxy-001-routes`. Never changed once released. */
  readonly id: string;
  readonly sql: string;
}

/**
 * Those of `known` that `db` has not had yet, in their order. Throws `WindlassError('failed')` where the file had
 * others (it was written by a newer version) or had one with other SQL. Changes nothing.
 */
export function pendingOf(db: Database, known: readonly Migration[]): Migration[] {
  const byId = new Map(known.map((migration) => [migration.id, migration]));
  if (byId.size !== known.length) {
    throw new Error(`two migrations have one id among ${known.map((migration) => migration.id).join(', ')}`);
  }
  const applied = new Set<string>();
  for (const row of appliedTo(db)) {
    const migration = byId.get(row.id);
    if (migration === undefined) {
      throw new WindlassError('failed', `${db.filename} was written by a newer windlass (it has ${row.id})`, {
        hint: `Start that version again, or move ${db.filename}, its -wal and its -shm aside and copy the ${db.filename}.backup-N from before to its place.`,
      });
    }
    if (row.checksum !== checksumOf(migration)) {
      throw new WindlassError(
        'failed',
        `the migration ${row.id} is not the one ${db.filename} was made with`,
        {
          hint: 'Start the version of windlass that ran here before.',
        },
      );
    }
    applied.add(row.id);
  }
  return known.filter((migration) => !applied.has(migration.id));
}

/** Runs them all. The caller holds the transaction. */
export function migrate(db: Database, pending: readonly Migration[]): void {
  db.run(
    'CREATE TABLE IF NOT EXISTS kernel_migrations (id TEXT PRIMARY KEY, checksum TEXT NOT NULL, at INTEGER NOT NULL) STRICT',
  );
  const note = db.query<null, [string, string]>(
    "INSERT INTO kernel_migrations (id, checksum, at) VALUES (?, ?, unixepoch('subsec') * 1000)",
  );
  for (const migration of pending) {
    try {
      db.run(migration.sql);
    } catch (error) {
      throw new WindlassError('failed', `the migration ${migration.id} of ${db.filename} failed`, {
        hint: 'Nothing was changed. Start the version of windlass that ran here before, and report this one.',
        cause: error,
      });
    }
    if (!db.inTransaction) {
      throw new Error(`the migration ${migration.id} ends the transaction it runs in`);
    }
    note.run(migration.id, checksumOf(migration));
  }
}

function appliedTo(db: Database): { id: string; checksum: string }[] {
  const table = db
    .query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE name = 'kernel_migrations'")
    .get();
  return table === null
    ? []
    : db.query<{ id: string; checksum: string }, []>('SELECT id, checksum FROM kernel_migrations').all();
}

/** Over the SQL without its layout, so that formatting a migration anew does not change it. */
function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql.replace(/\s+/g, ' ').trim()).digest('hex');
}
