/** Answers kept for the very same request of the very same key. What one app asked no other is ever answered from. */

import type { Database } from 'bun:sqlite';
import { createHash } from 'node:crypto';

export interface KeptAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array;
}

/** Of one answer, and of all. */
const mostEach = 1024 * 1024;
const mostAll = 64 * 1024 * 1024;
const tidyEvery = 200;

export class AnswerCache {
  readonly #db: Database;
  #puts = 0;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The key's id is part of what is hashed: there is no entry that two keys could share. */
  hash(key: number, path: string, body: string): string {
    return createHash('sha256').update(`${key}\n${path}\n${body}`).digest('hex');
  }

  get(hash: string, key: number, now: number): KeptAnswer | null {
    return this.#db
      .query<KeptAnswer, [string, number, number]>(
        'SELECT status, type, body FROM answers WHERE hash = ? AND key = ? AND until > ?',
      )
      .get(hash, key, now);
  }

  put(hash: string, key: number, until: number, answer: KeptAnswer, now: number): void {
    if (answer.body.length > mostEach) return;
    this.#db
      .query(
        'INSERT OR REPLACE INTO answers (hash, key, until, status, type, body) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(hash, key, until, answer.status, answer.type, answer.body);
    if (this.#puts++ % tidyEvery === 0) this.tidy(now);
  }

  /** What is over goes, then what is over soonest, until it fits. */
  tidy(now: number): void {
    this.#db.run('DELETE FROM answers WHERE until <= ?', [now]);
    const bytes = () =>
      this.#db.query<{ bytes: number | null }, []>('SELECT sum(length(body)) AS bytes FROM answers').get()
        ?.bytes ?? 0;
    while (bytes() > mostAll) {
      this.#db.run('DELETE FROM answers WHERE hash IN (SELECT hash FROM answers ORDER BY until LIMIT 50)');
    }
  }
}
