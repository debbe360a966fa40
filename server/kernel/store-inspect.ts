/** Looks at control.db before anything may write to it: a damaged file is refused as it is, so that it can be rescued. */

import { Database } from 'bun:sqlite';
import { existsSync, statSync } from 'node:fs';
import { WindlassError } from '../../shared/errors.ts';
import { codeOf, explainDiskError } from './disk-error.ts';
import { backupsOf } from './store-backup.ts';

/** `absent`: to be created. Throws `WindlassError('failed')` with how to restore where the file is damaged or lost. */
export function inspectStore(path: string): 'absent' | 'healthy' {
  const size = existsSync(path) ? statSync(path).size : 0;
  if (size === 0) {
    if (backupsOf(path).length > 0) {
      // Starting empty would forget every app while its files and instances are still there.
      throw damaged(path, existsSync(path) ? 'it is empty' : 'it is missing', undefined);
    }
    return 'absent';
  }
  let problems: string[];
  try {
    // Read-only: closing a writable connection would copy the write-ahead log into the damaged file.
    const db = new Database(path, { readonly: true });
    try {
      problems = quickCheck(db);
    } finally {
      db.close();
    }
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT')) {
      throw damaged(path, code === 'SQLITE_NOTADB' ? 'it is not a database' : 'it is corrupt', error);
    }
    throw explainDiskError(error, `cannot read ${path}`);
  }
  if (problems.length > 0) {
    throw damaged(path, problems.slice(0, 3).join('; ').replaceAll('\n', ' '), undefined);
  }
  return 'healthy';
}

/** What SQLite finds wrong with the file; nothing where it is sound. */
export function quickCheck(db: Database): string[] {
  return db
    .query<{ quick_check: string }, []>('PRAGMA quick_check(10)')
    .all()
    .map((row) => row.quick_check)
    .filter((line) => line !== 'ok');
}

function damaged(path: string, why: string, cause: unknown): WindlassError {
  const newest = backupsOf(path)[0];
  const restore =
    newest === undefined
      ? 'There is no automatic backup yet: put back your own copy, or move all three away to start empty.'
      : `copy ${newest} to ${path} and start again.`;
  return new WindlassError('failed', `${path} is damaged and was left as it is: ${why}`, {
    hint: `Move ${path}, ${path}-wal and ${path}-shm aside${newest === undefined ? '. ' : ', '}${restore}`,
    cause,
  });
}
