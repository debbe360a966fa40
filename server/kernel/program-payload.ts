/** Where our own code lies in memory: the section of the program file that the compiler put it into. */

import { closeSync, openSync, readSync } from 'node:fs';
import type { Mapping } from './resident.ts';

const section = '.bun';
/** Of a 64-bit little-endian ELF file (System V ABI, ELF-64 object file format): header and section header. */
const headerBytes = 64;
const entryBytes = 64;

/**
 * The whole pages of the section in the address space of the running `file`; null where it is no such file. The compiler
 * links our code to a fixed address, as the program is not relocatable.
 */
export function payloadOf(file: string, pageBytes: bigint): Mapping | null {
  const descriptor = openSync(file, 'r');
  try {
    const read = (at: bigint, length: number) => {
      const bytes = Buffer.alloc(length);
      return readSync(descriptor, bytes, 0, length, Number(at)) === length ? bytes : null;
    };
    const header = read(0n, headerBytes);
    // Magic, 64 bits, little-endian; type 2 is linked to fixed addresses.
    if (header?.toString('latin1', 0, 6) !== '\x7fELF\x02\x01' || header.readUInt16LE(16) !== 2) return null;
    const count = header.readUInt16LE(60);
    if (header.readUInt16LE(58) !== entryBytes) return null;
    const table = read(header.readBigUInt64LE(40), count * entryBytes);
    const namesEntry = header.readUInt16LE(62) * entryBytes;
    if (table === null || namesEntry + entryBytes > table.length) return null;
    const names = read(
      table.readBigUInt64LE(namesEntry + 24),
      Number(table.readBigUInt64LE(namesEntry + 32)),
    );
    if (names === null) return null;
    for (let entry = 0; entry < table.length; entry += entryBytes) {
      const name = table.readUInt32LE(entry);
      if (!names.toString('latin1', name, name + section.length + 1).startsWith(`${section}\0`)) continue;
      const from = table.readBigUInt64LE(entry + 16);
      const to = from + table.readBigUInt64LE(entry + 32);
      const whole = {
        from: ((from + pageBytes - 1n) / pageBytes) * pageBytes,
        to: (to / pageBytes) * pageBytes,
      };
      return whole.to > whole.from ? whole : null;
    }
    return null;
  } finally {
    closeSync(descriptor);
  }
}

/** Bit 61 of an entry of /proc/self/pagemap: the page is the file's, nobody wrote to it; bit 63: it is in memory. */
const ofFile = 0x20;
const present = 0x80;

/** Whether every page of `mapping` that is in memory still is the file's own. */
export function neverWritten({ from, to }: Mapping, pageBytes: bigint): boolean {
  const descriptor = openSync('/proc/self/pagemap', 'r');
  try {
    const entries = Buffer.alloc(Number((to - from) / pageBytes) * 8);
    const got = readSync(descriptor, entries, 0, entries.length, Number(from / pageBytes) * 8);
    if (got !== entries.length) return false;
    for (let top = 7; top < entries.length; top += 8) {
      const bits = entries[top] ?? 0;
      if ((bits & present) !== 0 && (bits & ofFile) === 0) return false;
    }
    return true;
  } finally {
    closeSync(descriptor);
  }
}
