/** A file that a process appends to, read as it grows and deleted at the end. */

import { closeSync, fstatSync, openSync, readSync, rmSync } from 'node:fs';
import { createLineSplitter } from '../logs/lines.ts';

export interface FollowedFile {
  readonly path: string;
  /** Takes in the rest, also a last line without its end, and deletes the file. */
  finish(): void;
}

export interface FollowOptions {
  path: string;
  onLine(text: string): void;
  /** Called once when the file has passed `mostBytes`: nobody else would end what fills the disk. */
  onTooLong(): void;
  mostBytes?: number;
  pollMs?: number;
}

/** Makes the file. A service manager writes to it in place of a pipe, which could not cross into the service. */
export function followFile(options: FollowOptions): FollowedFile {
  const { path, mostBytes = 1024 ** 3 } = options;
  const file = openSync(path, 'a+', 0o600);
  const buffer = new Uint8Array(64 * 1024);
  const splitter = createLineSplitter((text) => options.onLine(text));
  let read = 0;
  let tooLong = false;
  const look = (rounds: number) => {
    // A writer faster than this reader must not keep the server from everything else.
    for (let round = 0; round < rounds; round += 1) {
      const count = readSync(file, buffer, 0, buffer.length, read);
      if (count === 0) return;
      read += count;
      splitter.push(buffer.subarray(0, count));
    }
  };
  const timer = setInterval(() => {
    look(32);
    if (tooLong || fstatSync(file).size <= mostBytes) return;
    tooLong = true;
    options.onTooLong();
  }, options.pollMs ?? 40);
  return {
    path,
    finish() {
      clearInterval(timer);
      try {
        look(Number.POSITIVE_INFINITY);
        splitter.end();
      } finally {
        closeSync(file);
        rmSync(path, { force: true });
      }
    },
  };
}
