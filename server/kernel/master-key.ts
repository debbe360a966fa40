/** The key file: 32 random bytes, readable by its owner only, made once and never replaced. */

import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { WindlassError } from '../../shared/errors.ts';
import { codeOf, explainDiskError } from './disk-error.ts';

const keyBytes = 32;

/** Reads the key, or makes it where `create` allows. Call it under the lock of the data folder. */
export function loadMasterKey(path: string, options: { create: boolean }): Uint8Array {
  let key: Uint8Array;
  try {
    key = readFileSync(path);
    if ((statSync(path).mode & 0o077) !== 0) {
      chmodSync(path, 0o600);
    }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') {
      throw explainDiskError(error, `cannot read ${path}`);
    }
    if (!options.create) {
      throw new WindlassError('failed', `${path} is missing, and stored secrets cannot be read without it`, {
        hint: 'Put it back from your backup, then start again.',
      });
    }
    return makeKey(path);
  }
  if (key.length !== keyBytes) {
    throw new WindlassError('failed', `${path} is damaged: ${key.length} bytes instead of ${keyBytes}`, {
      hint: 'Put it back from your backup, then start again.',
    });
  }
  return key;
}

function makeKey(path: string): Uint8Array {
  const key = new Uint8Array(randomBytes(keyBytes));
  // Synced before it gets its name, so that a crash never leaves half a key under it.
  const draft = `${path}.new`;
  try {
    const file = openSync(draft, 'w', 0o600);
    try {
      writeSync(file, key);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
    const folder = openSync(dirname(path), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch (error) {
    throw explainDiskError(error, `cannot write ${path}`);
  }
  return key;
}
