/** What the disk said, in words for people: full, not permitted, read-only, or something else. */

import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { WindlassError } from '../../shared/errors.ts';

/** `error` as a `WindlassError`; `what` is what could not be done, e.g. `cannot make the data folder /x`. */
export function explainDiskError(error: unknown, what: string): WindlassError {
  if (error instanceof WindlassError) {
    return error;
  }
  const code = codeOf(error);
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'SQLITE_FULL':
      return new WindlassError('unavailable', `${what}: the disk is full`, {
        hint: 'Free some space (`df -h` shows how much is left), then try again.',
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_PERM':
      return new WindlassError('forbidden', `${what}: permission denied`, {
        hint: 'Run as the user who owns the folder, or choose another one with --data.',
        cause: error,
      });
    case 'EROFS':
    case 'SQLITE_READONLY':
    case 'SQLITE_READONLY_DBMOVED':
    case 'SQLITE_READONLY_DIRECTORY':
      return new WindlassError('forbidden', `${what}: it is read-only`, {
        hint: 'Mount it writable, or choose another folder with --data.',
        cause: error,
      });
    case 'ENOTDIR':
    case 'EEXIST':
      return new WindlassError('invalid', `${what}: a file is where a folder should be`, {
        hint: 'Choose another folder with --data.',
        cause: error,
      });
    default:
      return new WindlassError('unavailable', `${what}${code === undefined ? '' : `: ${code}`}`, {
        hint: 'Check that disk (`dmesg` tells of hardware errors), then try again.',
        cause: error,
      });
  }
}

/** The errno or SQLite result name of anything thrown. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return undefined;
}

/** Writes, syncs and removes a small file in `folder`; throws the explained error where that fails. */
export function proveWritable(folder: string): void {
  const probe = join(folder, `.writable-${process.pid}`);
  try {
    const file = openSync(probe, 'w', 0o600);
    try {
      // One block, so that a disk with free inodes and no free block is found too.
      writeSync(file, new Uint8Array(4096));
      fsyncSync(file);
    } finally {
      closeSync(file);
      rmSync(probe, { force: true });
    }
  } catch (error) {
    throw explainDiskError(error, `cannot write to ${folder}`);
  }
}
