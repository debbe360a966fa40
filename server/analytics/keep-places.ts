/** Takes a database of places from a person, looks whether it is one, and keeps it. */

import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WindlassError } from '../../shared/errors.ts';
import { receiveFile } from './receive-file.ts';

const mostBytes = 1 << 30;

export function placesPath(root: string): string | null {
  const path = join(root, 'places.mmdb');
  return existsSync(path) ? path : null;
}

export async function keepPlaces(
  root: string,
  body: ReadableStream<Uint8Array>,
): Promise<{ name: string; built: number }> {
  const path = join(root, 'places.mmdb');
  const fresh = `${path}.new`;
  try {
    await receiveFile(fresh, body, mostBytes);
    const { openPlaces } = await import('./places.ts');
    const { name, built } = openPlaces(fresh);
    await rename(fresh, path);
    return { name, built };
  } catch (error) {
    await rm(fresh, { force: true });
    if (error instanceof WindlassError) throw error;
    throw new WindlassError('invalid', 'that is no database of places', {
      hint: 'Give an .mmdb file: DB-IP Lite (db-ip.com/db/lite.php) or GeoLite2.',
      cause: error,
    });
  }
}
