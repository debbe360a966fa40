/** Reads entries of a ZIP file by its central directory (APPNOTE.TXT 4.3), so that bytes before it do not matter. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { decodeBody } from '../wire/decode.ts';

export interface Zip {
  /** Null where there is no such entry, it is larger than it may be, or packed in a way we do not know. */
  read(name: string): Uint8Array | null;
  close(): void;
}

interface Entry {
  method: number;
  packed: number;
  size: number;
  at: number;
}

const endMark = 0x06054b50;
const entryMark = 0x02014b50;
const localMark = 0x04034b50;
const endBytes = 22;
const mostEntries = 20_000;
const mostDirectory = 16 * 1024 ** 2;
const largestEntry = 33 * 1024 ** 2;
/** Of everything that is unpacked of one archive. */
const mostUnpacked = 512 * 1024 ** 2;

/** Throws `SyntaxError` where the file is no ZIP, and holds the file open otherwise. Names are only ever compared. */
export function readZip(path: string): Zip {
  const file = openSync(path, 'r');
  try {
    const length = fstatSync(file).size;
    const tail = bytesAt(file, Math.max(0, length - 66_000), Math.min(length, 66_000));
    const end = findEnd(tail);
    if (end === -1) throw new SyntaxError('the bundle is no ZIP archive');
    const count = tail.readUInt16LE(end + 10);
    const size = tail.readUInt32LE(end + 12);
    const given = tail.readUInt32LE(end + 16);
    const endAt = Math.max(0, length - 66_000) + end;
    if (count > mostEntries || size > mostDirectory || size > endAt)
      throw new SyntaxError('the bundle is no ZIP archive');
    // What stands before the archive moves everything by as much as the directory is away from where it says.
    const before = endAt - size - given;
    const entries = readDirectory(bytesAt(file, endAt - size, size), before);
    let left = mostUnpacked;
    return {
      read(name) {
        const entry = entries.get(name);
        if (entry === undefined || entry.size > Math.min(largestEntry, left)) return null;
        const bytes = unpack(file, entry, length);
        left -= bytes?.length ?? 0;
        return bytes;
      },
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function findEnd(tail: Buffer): number {
  for (let at = tail.length - endBytes; at >= 0; at--) if (tail.readUInt32LE(at) === endMark) return at;
  return -1;
}

function readDirectory(bytes: Buffer, before: number): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  let at = 0;
  while (at + 46 <= bytes.length && bytes.readUInt32LE(at) === entryMark) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    entries.set(bytes.toString('utf8', at + 46, at + 46 + name), {
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      at: bytes.readUInt32LE(at + 42) + before,
    });
    at += 46 + name + extra + comment;
  }
  return entries;
}

function unpack(file: number, { method, packed, size, at }: Entry, length: number): Uint8Array | null {
  if (at < 0 || at + 30 > length) return null;
  const head = bytesAt(file, at, 30);
  if (head.length < 30 || head.readUInt32LE(0) !== localMark) return null;
  const from = at + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
  if (from + packed > length || packed > largestEntry) return null;
  const bytes = bytesAt(file, from, packed);
  switch (method) {
    case 0:
      return bytes;
    case 8:
      try {
        return inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) });
      } catch {
        return null;
      }
    case 93: {
      const decoded = decodeBody(bytes, 'zstd', Math.max(1, size));
      return decoded.kind === 'bytes' ? decoded.bytes : null;
    }
    default:
      return null;
  }
}

function bytesAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, at));
}
