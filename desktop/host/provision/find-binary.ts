/** The compiled files that came with the desktop, as the build leaves them in a folder. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Binary, FindBinary, Target } from './binary.ts';

export interface BinaryFolder {
  /** With `windlass-<target>.gz` or `windlass-<target>` in it. */
  folder: string;
  version: string;
  /** A file just built for one target, e.g. `dist/windlass`; it comes first. */
  own: { path: string; target: Target } | null;
}

/** Each file is hashed once, and again only when it changed. */
export function binariesIn({ folder, version, own }: BinaryFolder): FindBinary {
  const known = new Map<string, { stamp: string; binary: Promise<Binary> }>();
  return async (target) => {
    const places = [
      ...(own !== null && own.target === target ? [own.path] : []),
      join(folder, `windlass-${target}.gz`),
      join(folder, `windlass-${target}`),
    ];
    for (const path of places) {
      const found = await stat(path).catch(() => null);
      if (found === null || !found.isFile()) continue;
      const stamp = `${found.size} ${found.mtimeMs}`;
      const before = known.get(path);
      if (before?.stamp === stamp) return before.binary;
      const binary = describe(path, found.size, target, version);
      known.set(path, { stamp, binary });
      binary.catch(() => known.delete(path));
      return binary;
    }
    return null;
  };
}

async function describe(path: string, bytes: number, target: Target, version: string): Promise<Binary> {
  const packed = (await isGzip(path)) ? 'gzip' : 'none';
  const hash = createHash('sha256');
  let size = 0;
  const count = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      size += chunk.length;
      hash.update(chunk);
    }
  };
  if (packed === 'gzip') await pipeline(createReadStream(path), createGunzip(), count);
  else await pipeline(createReadStream(path), count);
  return { target, version, path, bytes, packed, sha256: hash.digest('hex'), size };
}

/** RFC 1952, 2.3.1: the first two bytes. */
async function isGzip(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
