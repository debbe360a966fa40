/** Opens an archive file for reading whatever it is compressed with, told by its first bytes. */

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable, Transform } from 'node:stream';
import { WindlassError } from '../../../shared/errors.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

/** The runtime has it; the type definitions of the oldest supported Node do not. */
interface ZstdCapable {
  createZstdDecompress(): Transform;
}

export interface OpenArchive {
  readonly file: Readable;
  /** Null for a plain tar. */
  readonly inflate: Transform | null;
}

/** What the first bytes say (RFC 1952, RFC 8878); throws `invalid` where they name something that is no tar. */
function compressionOf(head: Uint8Array): Compression {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, index) => head[index] === byte);
  if (starts(0x1f, 0x8b)) return 'gzip';
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return 'zstd';
  const other = starts(0x50, 0x4b)
    ? 'a zip file'
    : starts(0xfd, 0x37, 0x7a, 0x58, 0x5a)
      ? 'compressed with xz'
      : starts(0x42, 0x5a, 0x68)
        ? 'compressed with bzip2'
        : null;
  if (other === null) return 'none';
  throw new WindlassError('invalid', `the archive is ${other}, not a tar`, {
    hint: 'Send a tar, plain or compressed with gzip or zstd.',
  });
}

/** The caller reads the streams to their end or destroys them. */
export async function openArchive(path: string): Promise<OpenArchive> {
  const compression = compressionOf(await firstBytes(path));
  const zlib = await import('node:zlib');
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  switch (compression) {
    case 'none':
      return { file, inflate: null };
    case 'gzip':
      return { file, inflate: zlib.createGunzip() };
    case 'zstd':
      return { file, inflate: (zlib as unknown as ZstdCapable).createZstdDecompress() };
  }
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    const head = new Uint8Array(8);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
