/** Takes in what one instance writes: from the file it appends to, line by line, into its release's journal. */

import { closeSync, type FSWatcher, fstatSync, openSync, readSync, rmSync, watch } from 'node:fs';
import type { Clock } from '../../kernel/clock.ts';
import type { Journal } from './journal.ts';
import { createLineSplitter, type LineSplitter } from './lines.ts';
import type { RawFile } from './raw-file.ts';
import type { Row } from './row.ts';

export interface Intake {
  /** Takes in whole lines, some megabytes at most. With `partial`, also a last line without an end. */
  pump(partial?: boolean): void;
  /** Takes in a little, and the rest by turns. */
  look(): void;
  /** Takes in the rest, and deletes the file unless its lines could not be stored: the instance is gone for good. */
  finish(): Promise<void>;
  /** Stops watching; a later server goes on exactly here. */
  release(): void;
}

export interface IntakeOptions {
  path: string;
  instance: string;
  journal: Journal;
  clock: Clock;
  redact(text: string): string;
  rawFile: RawFile;
  /** Shared by all intakes: none keeps bytes in it between two calls. */
  buffer: Uint8Array;
  onError(error: unknown): void;
  /** Consumed bytes worth freeing. */
  freeBytes?: number;
}

/** Writes of a chatty app come in bursts; one look takes them all. */
const coalesceMs = 25;
/** Bytes taken in at most where somebody waits for them, about 90 ms of work. */
const askedBytes = 4 * 1024 * 1024;
/** Bytes taken in before requests get their turn, about 5 ms of work. */
const turnBytes = 256 * 1024;

export function startIntake(options: IntakeOptions): Intake {
  const { path, instance, journal, buffer, clock } = options;
  const freeBytes = options.freeBytes ?? 4 * 1024 * 1024;
  const file = openSync(path, 'a+', 0o600);
  let rows: Row[] = [];
  let at = 0;
  /** Where the splitter began counting, and where the next read goes. */
  let base = 0;
  let readAt = 0;
  let splitter: LineSplitter;
  let freed = 0;
  let freeing = false;
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const restartAt = (offset: number) => {
    base = offset;
    readAt = offset;
    rows = [];
    splitter = createLineSplitter((text, end) => {
      rows.push({ at, origin: instance, text: options.redact(text), rawOffset: base + end });
    });
  };
  const flush = () => {
    if (rows.length === 0) return;
    const batch = rows;
    rows = [];
    journal.append(batch);
  };
  const readAll = (partial: boolean, atMost: number) => {
    const { size, mtimeMs } = fstatSync(file);
    // After a restart the file tells better than the clock when its last line was written.
    at = Math.min(clock.now(), Math.ceil(mtimeMs));
    if (size < readAt) {
      journal.setOffset(instance, 0);
      restartAt(0);
    }
    const turn = readAt + atMost;
    for (let count = read(); count > 0; count = read()) {
      readAt += count;
      splitter.push(buffer.subarray(0, count));
      flush();
      if (readAt >= turn) return false;
    }
    if (partial) splitter.end();
    flush();
    return true;
  };
  const read = () => readSync(file, buffer, 0, buffer.length, readAt);
  /** True once everything was read and stored. */
  const pump = (partial: boolean, atMost: number): boolean => {
    if (closed) return false;
    let done = false;
    try {
      done = readAll(partial, atMost);
      if (!done) soon(1);
    } catch (error) {
      // Most likely a full disk: what was not stored is read again next time.
      restartAt(journal.offset(instance));
      options.onError(error);
      return false;
    }
    void free();
    return done;
  };
  const free = async () => {
    const consumed = journal.offset(instance);
    if (freeing || consumed - freed < freeBytes) return;
    freeing = true;
    try {
      const atEnd = () => !closed && consumed === readAt && fstatSync(file).size === readAt;
      const outcome = await options.rawFile.free(path, consumed, atEnd);
      if (outcome === 'kept') freed = consumed;
      if (outcome === 'emptied' && !closed) {
        freed = 0;
        journal.setOffset(instance, 0);
        restartAt(0);
      }
    } catch (error) {
      options.onError(error);
    } finally {
      freeing = false;
    }
  };
  const soon = (ms = coalesceMs) => {
    if (timer !== null || closed) return;
    timer = setTimeout(() => {
      timer = null;
      pump(false, turnBytes);
    }, ms);
    timer.unref();
  };
  const watcher = watchFile(path, () => soon());
  const release = () => {
    if (closed) return;
    closed = true;
    watcher?.close();
    if (timer !== null) clearTimeout(timer);
    closeSync(file);
  };

  restartAt(journal.offset(instance));
  pump(false, turnBytes);
  return {
    pump(partial = false) {
      pump(partial, askedBytes);
    },
    look() {
      pump(false, turnBytes);
    },
    async finish() {
      let stored = pump(true, turnBytes);
      // What an app wrote in a burst is taken in by turns, so that requests are served in between.
      for (let from = -1; !stored && readAt > from; stored = pump(true, turnBytes)) {
        from = readAt;
        await Bun.sleep(0);
      }
      release();
      if (!stored) return;
      rmSync(path, { force: true });
      journal.setOffset(instance, null);
    },
    release,
  };
}

/** Null where the system has no watches left; the caller's slow look at every file then has to do. */
function watchFile(path: string, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watch(path, { persistent: false }, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
