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
  /** When the oldest line that may not be on the disk was appended, monotonic ms; null where all are. */
  dirtySince: number | null;
}

export class Journals {
  readonly #open = new Map<string, OpenJournal>();
  readonly #failed: (error: Error) => void;
  readonly #synced: (ms: number) => void;
  #syncing: Timer | undefined;

  /** `synced` is told how long the oldest line of a file had to wait for the disk, ms. */
  constructor(failed: (error: Error) => void, synced: (ms: number) => void = () => undefined) {
    this.#failed = failed;
    this.#synced = synced;
  }

  /** Lines with their ends. Throws what the system says, on a full disk say; then none of them counts. */
  append(path: string, lines: string): void {
    const journal = this.#journal(path);
    const bytes = Buffer.from(lines);
    let written = 0;
    while (written < bytes.length) written += writeSync(journal.file, bytes, written);
    journal.dirtySince ??= performance.now();
    this.#syncing ??= setTimeout(() => this.#sync(), syncMs);
  }

  /** Everything is on the disk when it returns. */
  close(): void {
    clearTimeout(this.#syncing);
    this.#syncing = undefined;
    for (const { file, dirtySince } of this.#open.values()) {
      if (dirtySince !== null) fdatasyncSync(file);
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
      journal = { file: openSync(path, 'a+', 0o600), dirtySince: null };
      mendEnd(journal.file);
    }
    this.#open.set(path, journal);
    return journal;
  }

  #makeRoom(): void {
    for (const [path, { file, dirtySince }] of this.#open) {
      if (this.#open.size < mostOpen) return;
      if (dirtySince !== null) fdatasyncSync(file);
      closeSync(file);
      this.#open.delete(path);
    }
  }

  #sync(): void {
    this.#syncing = undefined;
    for (const journal of this.#open.values()) {
      const since = journal.dirtySince;
      if (since === null) continue;
      journal.dirtySince = null;
      fdatasync(journal.file, (error) => {
        if (error === null) this.#synced(performance.now() - since);
        // A file that was closed meanwhile was brought to disk then.
        else if (error.code !== 'EBADF') this.#failed(error);
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
