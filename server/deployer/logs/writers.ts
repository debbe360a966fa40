/** The logs that are open for writing, each once however many write to it, and who waits for the next line. */

import { join } from 'node:path';
import { keepBudget } from './budget.ts';
import { type Journal, openJournal, type Position } from './journal.ts';
import type { JournalPlace } from './segments.ts';

export interface Writers {
  /** Opens the log, or joins those who write to it; every `take` needs its `give`. */
  take(app: string, environment: string, place: JournalPlace): Journal;
  /** With `seal`, the log is complete and is compressed. */
  give(journal: Journal, seal?: boolean): Promise<void>;
  position(place: JournalPlace): Position | null;
  nextWrite(app: string, environment: string, signal: AbortSignal): Promise<void>;
}

export interface WritersOptions {
  root: string;
  sealBytes: number;
  /** Bytes on disk for all logs of one app. */
  keepBytes: number;
  onError(error: unknown): void;
}

export function createWriters(options: WritersOptions): Writers {
  const open = new Map<string, { journal: Journal; writers: number; closing: Promise<void> | null }>();
  const waiting = new Map<string, Set<() => void>>();
  const keyOf = ({ folder, stem }: JournalPlace) => join(folder, stem);
  const wake = (environment: string) => {
    const waiters = waiting.get(environment);
    waiting.delete(environment);
    for (const resolve of waiters ?? []) resolve();
  };
  const tidy = (app: string) => {
    try {
      keepBudget(join(options.root, app), options.keepBytes, (folder, stem) =>
        open.has(keyOf({ folder, stem })),
      );
    } catch (error) {
      options.onError(error);
    }
  };
  return {
    take(app, environment, place) {
      const key = keyOf(place);
      const found = open.get(key);
      if (found !== undefined && found.closing === null) {
        found.writers += 1;
        return found.journal;
      }
      const journal = openJournal(place, {
        sealBytes: options.sealBytes,
        onAppend: () => wake(`${app}/${environment}`),
        onSealed: () => tidy(app),
        onError: options.onError,
      });
      open.set(key, { journal, writers: 1, closing: null });
      return journal;
    },
    async give(journal, seal) {
      const key = keyOf(journal.place);
      const found = open.get(key);
      if (found === undefined || found.journal !== journal || --found.writers > 0) return;
      found.closing = journal.close(seal);
      await found.closing;
      if (open.get(key) === found) open.delete(key);
    },
    position(place) {
      const found = open.get(keyOf(place));
      return found === undefined || found.closing !== null ? null : found.journal.position;
    },
    nextWrite(app, environment, signal) {
      if (signal.aborted) return Promise.resolve();
      const key = `${app}/${environment}`;
      return new Promise((resolve) => {
        const waiters = waiting.get(key) ?? new Set();
        const done = () => {
          waiters.delete(done);
          if (waiters.size === 0 && waiting.get(key) === waiters) waiting.delete(key);
          signal.removeEventListener('abort', done);
          resolve();
        };
        waiting.set(key, waiters.add(done));
        signal.addEventListener('abort', done, { once: true });
      });
    },
  };
}
