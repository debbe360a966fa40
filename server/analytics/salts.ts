/**
 * The secrets that turn an address into a visitor of a day: one a UTC day, the last two are kept, older ones are overwritten
 * and gone. Without its salt nobody, the owner included, can tell who a visitor of that day was.
 */

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { dayMs, dayStart } from './site-folder.ts';

export interface Salt {
  readonly day: number;
  /** 32 bytes as hexadecimal digits. */
  readonly secret: string;
}

/** The newest first: today's, and yesterday's where it is known. */
export function saltsFor(path: string, now: number): readonly Salt[] {
  const today = dayStart(now);
  const known = readSalts(path);
  const live = known.filter(({ day }) => day === today || day === today - dayMs);
  if (live.length === known.length && live[0]?.day === today) return live;
  const salts =
    live[0]?.day === today
      ? live
      : [
          { day: today, secret: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex') },
          ...live,
        ];
  writeSalts(path, salts);
  return salts;
}

/** For days on which nobody comes: what is too old goes all the same. */
export function destroyOldSalts(path: string, now: number): void {
  const known = readSalts(path);
  const live = known.filter(({ day }) => day >= dayStart(now) - dayMs);
  if (live.length < known.length) writeSalts(path, live);
}

function readSalts(path: string): Salt[] {
  try {
    const known: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!Array.isArray(known)) return [];
    return known
      .filter((salt) => Number.isInteger(salt?.day) && /^[0-9a-f]{64}$/.test(salt?.secret))
      .sort((a, b) => b.day - a.day);
  } catch {
    // None yet, or damaged: visitors of today count once more.
    return [];
  }
}

function writeSalts(path: string, salts: readonly Salt[]): void {
  const fresh = `${path}.new`;
  put(fresh, 'w', JSON.stringify(salts));
  const length = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  // The old secrets are overwritten in their place before the name leads to the new ones.
  if (length > 0) put(path, 'r+', ' '.repeat(length));
  renameSync(fresh, path);
}

function put(path: string, flags: 'w' | 'r+', text: string): void {
  const file = openSync(path, flags, 0o600);
  writeSync(file, text, 0);
  fsyncSync(file);
  closeSync(file);
}
