/** Finds the file that `argv[0]` names, before a process is made for nothing. */

import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';

/** Absolute path of an executable file. Throws `WindlassError('invalid')` where there is none. */
export function findExecutable(command: string, cwd: string, path: string | undefined): string {
  const candidates = command.includes('/')
    ? [resolve(cwd, command)]
    : (path ?? '')
        .split(':')
        .filter(Boolean)
        .map((folder) => resolve(cwd, folder, command));
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  throw new WindlassError('invalid', `the command "${command}" was not found or cannot be executed`, {
    hint: command.includes('/')
      ? 'Check the path, and that the file is executable (chmod +x) and part of what is deployed.'
      : 'Install it with the app (a dependency), or name it by its path inside the app.',
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
