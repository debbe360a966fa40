/** Copies of control.db beside it: `control.db.backup-1` is the newest, three are kept. */

import type { Database } from 'bun:sqlite';
import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';

const kept = 3;

/** Makes a new copy, unless the newest is younger than `minimumAgeMs`. A crash at any instant leaves the older ones. */
export function backUpStore(db: Database, path: string, minimumAgeMs: number): void {
  const newest = backupsOf(path)[0];
  if (newest !== undefined && Date.now() - statSync(newest).mtimeMs < minimumAgeMs) {
    return;
  }
  const draft = `${path}.backup-new`;
  rmSync(draft, { force: true });
  db.query('VACUUM INTO ?').run(draft);
  chmodSync(draft, 0o600);
  const file = openSync(draft, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  for (let number = kept - 1; number >= 1; number--) {
    const older = backupPath(path, number);
    if (existsSync(older)) {
      renameSync(older, backupPath(path, number + 1));
    }
  }
  renameSync(draft, backupPath(path, 1));
}

/** The copies there are, the newest first. */
export function backupsOf(path: string): string[] {
  return Array.from({ length: kept }, (_, index) => backupPath(path, index + 1)).filter((copy) =>
    existsSync(copy),
  );
}

function backupPath(path: string, number: number): string {
  return `${path}.backup-${number}`;
}
