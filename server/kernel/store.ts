/** control.db: small, precious, `synchronous=FULL`. The one SQLite file whose loss would hurt. */

import { Database } from 'bun:sqlite';
import { chmodSync } from 'node:fs';
import { codeOf, explainDiskError } from './disk-error.ts';
import type { Log } from './log.ts';
import { type Migration, migrate, pendingOf } from './migrations.ts';
import { backUpStore } from './store-backup.ts';
import { inspectStore } from './store-inspect.ts';

export interface Store {
  readonly db: Database;
  /** Runs `work` in one IMMEDIATE transaction (nested calls join it); on return it is on disk, on throw nothing happened. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** The store with what only the kernel asks of it. */
export interface OwnedStore extends Store {
  /** Keeps a copy beside the file, unless the newest copy is younger than a day. */
  backUp(): void;
}

/**
 * Opens or creates the file, brings its schema up to `migrations` and keeps a backup of it. Refuses with
 * `WindlassError('failed')`, and changes nothing, where the file is damaged or was written by a newer version.
 */
export function openStore(path: string, migrations: readonly Migration[], log: Log): OwnedStore {
  const found = inspectStore(path);
  let db: Database;
  try {
    db = new Database(path, { create: true, readwrite: true });
    chmodSync(path, 0o600);
  } catch (error) {
    throw explainDiskError(error, `cannot open ${path}`);
  }
  try {
    db.run('PRAGMA busy_timeout = 5000');
    db.run('PRAGMA journal_mode = WAL');
    db.run('PRAGMA synchronous = FULL');
    db.run('PRAGMA foreign_keys = ON');
    db.run('PRAGMA journal_size_limit = 4194304');
    const pending = pendingOf(db, migrations);
    const backUp = (minimumAgeMs: number) => {
      try {
        backUpStore(db, path, minimumAgeMs);
      } catch (error) {
        log.warn('control.db could not be backed up', {
          error: explainDiskError(error, `cannot back up ${path}`),
        });
      }
    };
    if (found === 'healthy') {
      // A new schema cannot be taken back, so the state before it is always kept.
      backUp(pending.length > 0 ? 0 : dayMs);
    }
    if (pending.length > 0) {
      transaction(db, path, () => migrate(db, pending));
      log.info('control.db has a new schema', { migrations: pending.map((migration) => migration.id) });
    }
    return {
      db,
      transaction: (work) => transaction(db, path, work),
      backUp: () => backUp(dayMs),
      close: () => db.close(),
    };
  } catch (error) {
    db.close();
    throw codeOf(error)?.startsWith('SQLITE_') === true
      ? explainDiskError(error, `cannot open ${path}`)
      : error;
  }
}

const dayMs = 86_400_000;

function transaction<T>(db: Database, path: string, work: () => T): T {
  // A savepoint within a transaction, so that a caller who survives the throw of a nested call keeps nothing of it.
  const nested = db.inTransaction;
  try {
    db.run(nested ? 'SAVEPOINT nested' : 'BEGIN IMMEDIATE');
    const result = work();
    if (result instanceof Promise) {
      throw new Error('a transaction cannot wait: its work must not be async');
    }
    db.run(nested ? 'RELEASE nested' : 'COMMIT');
    return result;
  } catch (error) {
    // SQLite itself has already rolled back after some errors, a full disk among them.
    if (db.inTransaction) {
      db.run(nested ? 'ROLLBACK TO nested' : 'ROLLBACK');
      if (nested) {
        db.run('RELEASE nested');
      }
    }
    throw isDiskError(error) ? explainDiskError(error, `cannot write ${path}`) : error;
  }
}

function isDiskError(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  return code === 'SQLITE_FULL' || code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_READONLY');
}
