/** Writes events into the current file, many to a compressed chunk, and reads them back whole. */

import type { Statement } from 'bun:sqlite';
import type { EventFile, EventFiles } from './event-files.ts';

export interface StoredEvent {
  readonly event: string;
  readonly project: number;
  readonly issue: number;
  readonly hash: string;
  readonly at: number;
  readonly level: string;
  readonly value: string;
  readonly release: string | null;
  readonly environment: string | null;
  readonly user: string | null;
  readonly url: string | null;
  readonly trace: string | null;
  readonly replay: string | null;
}

interface Place {
  readonly chunk: number;
  readonly start: number;
  readonly length: number;
}

/** Raw bytes of a chunk at most. Together they compress to half of what they take alone; more is slow to read one of. */
const chunkBytes = 512 * 1024;

export class EventWriter {
  readonly #file: EventFile;
  readonly #chunk: Statement<unknown, [Uint8Array]>;
  readonly #insert: Statement<unknown, (string | number | null)[]>;
  readonly #words: Statement<unknown, [number, string]>;
  #pending: { event: StoredEvent; bytes: Uint8Array; words: string }[] = [];
  #size = 0;

  constructor(file: EventFile) {
    this.#file = file;
    this.#chunk = file.db.query('INSERT INTO chunks (bytes) VALUES (?)');
    this.#insert = file.db.query(
      `INSERT INTO events (event, project, issue, hash, at, level, value, release, environment, user, url, trace, replay,
        chunk, start, length) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#words = file.db.query('INSERT INTO event_words (rowid, words) VALUES (?, ?)');
  }

  get file(): EventFile {
    return this.#file;
  }

  /** `bytes` is the event as JSON. Inside a transaction of the file, before whose end `finish` is called. */
  add(event: StoredEvent, bytes: Uint8Array, words: string): void {
    this.#pending.push({ event, bytes, words });
    this.#size += bytes.length;
    if (this.#size >= chunkBytes) this.finish();
  }

  finish(): void {
    if (this.#pending.length === 0) return;
    const whole = Buffer.concat(this.#pending.map(({ bytes }) => bytes));
    const { lastInsertRowid: chunk } = this.#chunk.run(Bun.zstdCompressSync(whole, { level: 3 }));
    let start = 0;
    for (const { event: e, bytes, words } of this.#pending) {
      const { lastInsertRowid } = this.#insert.run(
        ...[
          e.event,
          e.project,
          e.issue,
          e.hash,
          e.at,
          e.level,
          e.value,
          e.release,
          e.environment,
          e.user,
          e.url,
          e.trace,
        ],
        ...[e.replay, Number(chunk), start, bytes.length],
      );
      this.#words.run(Number(lastInsertRowid), words);
      start += bytes.length;
    }
    this.#pending = [];
    this.#size = 0;
  }

  /** Forgets what a failed transaction would have written. */
  discard(): void {
    this.#pending = [];
    this.#size = 0;
  }
}

export type EventRow = StoredEvent & { id: number } & Place;

/** By its id of 32 digits; null where it was never there or is gone. */
export function findEvent(files: EventFiles, event: string): { row: EventRow; file: EventFile } | null {
  for (const file of files.all()) {
    const row = file.db.query<EventRow, [string]>('SELECT * FROM events WHERE event = ?').get(event);
    if (row !== null) return { row, file };
  }
  return null;
}

/** The event as JSON text, as it came but for what was scrubbed or found in source maps. */
export function readPayload(file: EventFile, { chunk, start, length }: Place): string {
  const row = file.db
    .query<{ bytes: Uint8Array }, [number]>('SELECT bytes FROM chunks WHERE id = ?')
    .get(chunk);
  if (row === null) return '{}';
  return Buffer.from(Bun.zstdDecompressSync(row.bytes)).toString('utf8', start, start + length);
}

/** Of an issue, newest first, from before `before` (ms). */
export function eventsOfIssue(files: EventFiles, issue: number, before: number, limit: number): EventRow[] {
  const rows: EventRow[] = [];
  for (const file of files.all()) {
    rows.push(
      ...file.db
        .query<EventRow, [number, number, number]>(
          'SELECT * FROM events WHERE issue = ? AND at < ? ORDER BY at DESC LIMIT ?',
        )
        .all(issue, before, limit),
    );
    if (rows.length >= limit) break;
  }
  return rows.sort((one, other) => other.at - one.at).slice(0, limit);
}
