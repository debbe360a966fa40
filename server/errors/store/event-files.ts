/** Files of events, `events-<yyyymmdd>-<n>.db`: a new one each day and at a size, the oldest deleted by days and bytes. */

import { Database } from 'bun:sqlite';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bytesBesideEvents } from './folder-bytes.ts';

export interface EventFile {
  readonly name: string;
  readonly db: Database;
}

export interface EventFilesOptions {
  folder: string;
  keepDays: number;
  /** Of the whole folder: files of events get what nothing else takes. */
  keepBytes: number;
  /** From here on a new one is begun. Default a tenth of `keepBytes`, at most 256 MB. */
  fileBytes?: number;
}

export interface EventFiles {
  /** The one that is written to now. */
  current(now: number): EventFile;
  /** Newest first; those in use stay open, the others are closed at the next call. */
  all(): Generator<EventFile>;
  bytes(): number;
  /** Deletes one. Not inside a transaction. */
  drop(name: string): void;
  /** Deletes what is too old or too much. Answers the names. Not inside a transaction. */
  prune(now: number): string[];
  close(): void;
}

const form = /^events-(\d{8})-(\d{4})\.db$/;
const dayMs = 86_400_000;
const mostOpen = 6;

export function openEventFiles(options: EventFilesOptions): EventFiles {
  const { folder, keepBytes, keepDays } = options;
  const fileBytes = options.fileBytes ?? Math.min(256 * 1024 ** 2, keepBytes / 10);
  const open = new Map<string, Database>();
  let writing: EventFile | null = null;
  const names = () =>
    readdirSync(folder)
      .filter((name) => form.test(name))
      .sort()
      .reverse();
  const sizeOf = (name: string) =>
    ['', '-wal'].reduce(
      (sum, end) => sum + (statSync(join(folder, name + end), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  const get = (name: string): EventFile => {
    const found = open.get(name);
    open.delete(name);
    const db = found ?? openEventDb(join(folder, name));
    open.set(name, db);
    for (const [other, unused] of open) {
      if (open.size <= mostOpen) break;
      if (other === writing?.name || other === name) continue;
      open.delete(other);
      unused.close();
    }
    return { name, db };
  };
  const drop = (name: string) => {
    open.get(name)?.close();
    open.delete(name);
    if (writing?.name === name) writing = null;
    for (const end of ['', '-wal', '-shm']) rmSync(join(folder, name + end), { force: true });
  };
  return {
    current(now) {
      const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '');
      if (writing?.name.startsWith(`events-${day}`) && sizeOf(writing.name) < fileBytes) return writing;
      const last = names().find((name) => name.startsWith(`events-${day}`));
      const number = Number(form.exec(last ?? '')?.[2] ?? 0);
      const isFull = last === undefined || sizeOf(last) >= fileBytes;
      const name = `events-${day}-${String(isFull ? number + 1 : number).padStart(4, '0')}.db`;
      // What is full will not be written to again: its log goes into it, and is no bytes of its own any more.
      writing?.db.run('PRAGMA wal_checkpoint(TRUNCATE)');
      writing = get(name);
      return writing;
    },
    *all() {
      for (const name of names()) yield get(name);
    },
    drop,
    bytes: () => names().reduce((sum, name) => sum + sizeOf(name), 0),
    prune(now) {
      const oldest = new Date(now - keepDays * dayMs).toISOString().slice(0, 10).replaceAll('-', '');
      const gone: string[] = [];
      // As if the newest were full already, and a batch fuller: so it may become that before the next one is begun.
      let sum = 1.5 * fileBytes + bytesBesideEvents(folder);
      for (const [at, name] of names().entries()) {
        sum += at === 0 ? 0 : sizeOf(name);
        if (at === 0 || ((form.exec(name)?.[1] ?? '') >= oldest && sum <= keepBytes)) continue;
        drop(name);
        gone.push(name);
      }
      return gone;
    },
    close() {
      for (const db of open.values()) db.close();
      open.clear();
      writing = null;
    },
  };
}

function openEventDb(path: string): Database {
  const db = new Database(path, { create: true, readwrite: true });
  db.run('PRAGMA page_size = 8192');
  db.run('PRAGMA journal_mode = WAL');
  db.run('PRAGMA synchronous = FULL');
  db.run('PRAGMA cache_size = -4000');
  db.run('PRAGMA journal_size_limit = 8388608');
  db.run(schema);
  return db;
}

/** What is looked for stands in columns, everything else in compressed chunks of several events each. */
const schema = `
  CREATE TABLE IF NOT EXISTS chunks (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY, event TEXT NOT NULL, project INTEGER NOT NULL, issue INTEGER NOT NULL,
    hash TEXT NOT NULL, at INTEGER NOT NULL, level TEXT NOT NULL, value TEXT NOT NULL, release TEXT, environment TEXT,
    user TEXT, url TEXT, trace TEXT, replay TEXT, chunk INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS events_of_issue ON events (issue, at);
  CREATE INDEX IF NOT EXISTS events_by_name ON events (event);
  CREATE INDEX IF NOT EXISTS events_of_trace ON events (trace) WHERE trace IS NOT NULL;
  CREATE INDEX IF NOT EXISTS events_of_replay ON events (replay) WHERE replay IS NOT NULL;
  CREATE VIRTUAL TABLE IF NOT EXISTS event_words USING fts5 (words, content = '', detail = none, columnsize = 0);
  CREATE TABLE IF NOT EXISTS attachments (
    id INTEGER PRIMARY KEY, event TEXT NOT NULL, project INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
    name TEXT NOT NULL, type TEXT NOT NULL, size INTEGER NOT NULL, bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS attachments_of_event ON attachments (event);
  CREATE TABLE IF NOT EXISTS spans (
    id INTEGER PRIMARY KEY, project INTEGER NOT NULL, trace TEXT NOT NULL, span TEXT NOT NULL, parent TEXT,
    op TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, micros INTEGER NOT NULL, status TEXT NOT NULL,
    segment INTEGER NOT NULL, release TEXT, environment TEXT, data TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS spans_of_trace ON spans (trace);
  CREATE INDEX IF NOT EXISTS segments ON spans (project, at) WHERE segment = 1;
  CREATE TABLE IF NOT EXISTS logs (
    id INTEGER PRIMARY KEY, project INTEGER NOT NULL, at INTEGER NOT NULL, level TEXT NOT NULL, body TEXT NOT NULL,
    trace TEXT, span TEXT, release TEXT, environment TEXT, attributes TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS logs_by_time ON logs (project, at);
  CREATE INDEX IF NOT EXISTS logs_of_trace ON logs (trace) WHERE trace IS NOT NULL;
`;
