/** The files that came with the desktop: for servers, and the one this computer itself can run. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FindBinary } from './provision/binary.ts';
import { binariesIn } from './provision/find-binary.ts';

/** Servers the file of this very computer would run on, too. */
const ownTargets = ['linux-x64', 'linux-arm64'] as const;

export interface ServerFiles {
  findBinary: FindBinary;
  /** Null where none for this computer came along. */
  localProgram: string | null;
}

/** `folder` has `windlass` for this computer and `windlass-<target>.gz` for servers, each with its signature. */
export function serverFilesIn(given: { folder: string; version: string; publicKey: string }): ServerFiles {
  const path = join(given.folder, 'windlass');
  const localProgram = existsSync(path) ? path : null;
  const target = ownTargets.find((each) => each === `${process.platform}-${process.arch}`);
  const own = target === undefined || localProgram === null ? null : { path: localProgram, target };
  return { findBinary: binariesIn({ ...given, own }), localProgram };
}
