/** The compiled files that came with the desktop, as the build leaves them in a folder: each checked before it is sent. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Binary, FindBinary, FoundBinary, Target } from './binary.ts';
import { processorOf } from './elf.ts';
import { isSigned } from './signature.ts';

export interface BinaryFolder {
  /** With `windlass-<target>.gz` or `windlass-<target>` in it, and `windlass-<target>.sig` beside. */
  folder: string;
  version: string;
  /** A file just built for one target, e.g. `dist/windlass`; it comes first. */
  own: { path: string; target: Target } | null;
  /** Of whoever packaged this desktop: base64 of its DER (SubjectPublicKeyInfo). */
  publicKey: string;
}

/** Each file is hashed once, and again only when it changed. */
export function binariesIn({ folder, version, own, publicKey }: BinaryFolder): FindBinary {
  const known = new Map<string, { stamp: string; found: Promise<FoundBinary> }>();
  return async (target) => {
    const plain = join(folder, `windlass-${target}`);
    const places = [
      ...(own !== null && own.target === target ? [{ path: own.path, signature: `${own.path}.sig` }] : []),
      { path: `${plain}.gz`, signature: `${plain}.sig` },
      { path: plain, signature: `${plain}.sig` },
    ];
    for (const { path, signature } of places) {
      const at = await stat(path).catch(() => null);
      if (at === null || !at.isFile()) continue;
      const sealed = await readFile(signature, 'utf8').catch(() => '');
      const stamp = `${at.size} ${at.mtimeMs} ${sealed}`;
      const before = known.get(path);
      if (before?.stamp === stamp) return before.found;
      const found = check(path, at.size, { target, version, sealed, publicKey });
      known.set(path, { stamp, found });
      found.catch(() => known.delete(path));
      return found;
    }
    return { kind: 'missing' };
  };
}

interface Expected {
  target: Target;
  version: string;
  /** The signature, base64. */
  sealed: string;
  publicKey: string;
}

async function check(path: string, bytes: number, expected: Expected): Promise<FoundBinary> {
  const { target, version, sealed, publicKey } = expected;
  const { binary, head } = await describe(path, bytes, target, version);
  const processor = processorOf(head);
  if (processor !== target.split('-')[1]) {
    return {
      kind: 'refused',
      message: `the file for ${target} is made for ${processor ?? 'no processor a server has'}`,
      hint: 'Install the desktop again: its files were mixed up. Nothing was sent.',
    };
  }
  if (!isSigned(binary, sealed, publicKey)) {
    return {
      kind: 'refused',
      message: `the file for ${target} is not the one this desktop was packaged with`,
      hint: 'Install the desktop again: the file was changed since it was signed. Nothing was sent.',
    };
  }
  return { kind: 'found', binary };
}

async function describe(
  path: string,
  bytes: number,
  target: Target,
  version: string,
): Promise<{ binary: Binary; head: Uint8Array }> {
  const packed = (await isGzip(path)) ? 'gzip' : 'none';
  const hash = createHash('sha256');
  let size = 0;
  let head = new Uint8Array();
  const count = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      if (head.length < headBytes) head = new Uint8Array([...head, ...chunk.subarray(0, headBytes)]);
      size += chunk.length;
      hash.update(chunk);
    }
  };
  if (packed === 'gzip') await pipeline(createReadStream(path), createGunzip(), count);
  else await pipeline(createReadStream(path), count);
  return { binary: { target, version, path, bytes, packed, sha256: hash.digest('hex'), size }, head };
}

const headBytes = 64;

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
