/** The files hits are appended to. What was appended survives the process at once, and the machine within half a second. */

import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

const syncMs = 400;
/** Open at once; the one used longest ago is closed for another. */
const mostOpen = 64;

interface OpenJournal {
  readonly file: number;
  dirty: boolean;
}

export class Journals {
  readonly #open = new Map<string, OpenJournal>();
  readonly #failed: (error: Error) => void;
  #syncing: Timer | undefined;

  constructor(failed: (error: Error) => void) {
    this.#failed = failed;
  }

  /** Lines with their ends. Throws what the system says, on a full disk say; then none of them counts. */
  append(path: string, lines: string): void {
    const journal = this.#journal(path);
    const bytes = Buffer.from(lines);
    let written = 0;
    while (written < bytes.length) written += writeSync(journal.file, bytes, written);
    journal.dirty = true;
    this.#syncing ??= setTimeout(() => this.#sync(), syncMs);
  }

  /** Everything is on the disk when it returns. */
  close(): void {
    clearTimeout(this.#syncing);
    this.#syncing = undefined;
    for (const { file, dirty } of this.#open.values()) {
      if (dirty) fdatasyncSync(file);
      closeSync(file);
    }
    this.#open.clear();
  }

  #journal(path: string): OpenJournal {
    let journal = this.#open.get(path);
    this.#open.delete(path);
    if (journal === undefined) {
      this.#makeRoom();
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      journal = { file: openSync(path, 'a+', 0o600), dirty: false };
      mendEnd(journal.file);
    }
    this.#open.set(path, journal);
    return journal;
  }

  #makeRoom(): void {
    for (const [path, { file, dirty }] of this.#open) {
      if (this.#open.size < mostOpen) return;
      if (dirty) fdatasyncSync(file);
      closeSync(file);
      this.#open.delete(path);
    }
  }

  #sync(): void {
    this.#syncing = undefined;
    for (const journal of this.#open.values()) {
      if (!journal.dirty) continue;
      journal.dirty = false;
      fdatasync(journal.file, (error) => {
        // A file that was closed meanwhile was brought to disk then.
        if (error !== null && error.code !== 'EBADF') this.#failed(error);
      });
    }
  }
}

/** A line that a crash cut off gets its end, so that the next one is whole. */
function mendEnd(file: number): void {
  const { size } = fstatSync(file);
  if (size === 0) return;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  if (last[0] !== 0x0a) writeSync(file, '\n');
}
