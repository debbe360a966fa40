/**
 * The lock on a data folder: SQLite's RESERVED lock on a small file. The kernel of the system gives it back when the
 * process ends, however it ends, so no stale lock exists and no pid needs to be believed. Do not open the file by
 * other means within the server: POSIX locks fall when any descriptor of the file is closed (https://sqlite.org/howtocorrupt.html, 2.2).
 */

import { Database } from 'bun:sqlite';
import { WindlassError } from '../../shared/errors.ts';
import { codeOf, explainDiskError } from './disk-error.ts';

export interface DataLock {
  release(): void;
}

/** A connection nobody refers to is closed by the garbage collector, and its lock with it. */
const held = new Set<Database>();

/** Takes the lock of `root`, or throws `WindlassError('conflict')` that names the process holding it. */
export function lockDataDir(path: string, root: string): DataLock {
  let db: Database | undefined;
  try {
    db = new Database(path, { create: true, readwrite: true });
    db.run('PRAGMA busy_timeout = 0');
    db.run('BEGIN IMMEDIATE');
    // COMMIT needs the readers out, and losers read for an instant who won.
    db.run('PRAGMA busy_timeout = 5000');
    db.run('CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL)');
    db.run('DELETE FROM holder');
    db.run('INSERT INTO holder (pid) VALUES (?)', [process.pid]);
    db.run('COMMIT');
    db.run('PRAGMA busy_timeout = 0');
    // A RESERVED lock keeps writers out and lets readers in, so the loser can read who won. Between COMMIT and this
    // line another process may win; then this one fails here: only who holds the lock is the server.
    db.run('BEGIN IMMEDIATE');
    const mine = db;
    held.add(mine);
    return {
      release() {
        if (held.delete(mine)) mine.close();
      },
    };
  } catch (error) {
    const busy = (codeOf(error) ?? '').startsWith('SQLITE_BUSY');
    const pid = busy && db !== undefined ? holderOf(db) : null;
    db?.close();
    if (busy) {
      const who = pid === null || pid === process.pid ? 'another process' : `process ${pid}`;
      throw new WindlassError('conflict', `the data folder ${root} is in use by ${who}`, {
        hint: 'Stop that windlass first, or start this one on another folder with --data.',
      });
    }
    if (codeOf(error) === 'SQLITE_NOTADB' || codeOf(error) === 'SQLITE_CORRUPT') {
      throw new WindlassError('failed', `${path} is damaged`, {
        hint: 'It holds nothing but the lock: when no windlass runs on this folder, delete that file.',
        cause: error,
      });
    }
    throw explainDiskError(error, `cannot lock the data folder ${root}`);
  }
}

function holderOf(db: Database): number | null {
  try {
    if (db.inTransaction) {
      db.run('ROLLBACK');
    }
    // The winner may be inside its COMMIT for an instant.
    db.run('PRAGMA busy_timeout = 500');
    const row = db.query<{ pid: number }, []>('SELECT pid FROM holder').get();
    return row?.pid ?? null;
  } catch {
    return null;
  }
}
