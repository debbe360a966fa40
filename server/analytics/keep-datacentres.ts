/** Takes a list of datacentres' addresses from a person, reads it once, and keeps it. */

import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { receiveFile } from './receive-file.ts';

const mostBytes = 32 << 20;

export function datacentresPath(root: string): string | null {
  const path = join(root, 'datacentres.txt');
  return existsSync(path) ? path : null;
}

/** A list with nothing in it takes away the one there was. */
export async function keepDatacentres(
  root: string,
  body: ReadableStream<Uint8Array>,
): Promise<{ ranges: number }> {
  const path = join(root, 'datacentres.txt');
  const fresh = `${path}.new`;
  try {
    await receiveFile(fresh, body, mostBytes);
    const { readDatacentres } = await import('./datacentres.ts');
    const { ranges } = readDatacentres(await Bun.file(fresh).text());
    if (ranges === 0) await rm(path, { force: true });
    else await rename(fresh, path);
    return { ranges };
  } finally {
    await rm(fresh, { force: true });
  }
}
