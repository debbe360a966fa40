/** Requests and answers of keys that keep them: cut, redacted, bounded in bytes and days. */

import type { Database } from 'bun:sqlite';
import { withoutKeys } from '../calling/error-text.ts';
import { idAt, timeOf } from '../ledger/call-row.ts';

const mostText = 64 * 1024;
const mostAll = 64 * 1024 * 1024;
const tidyEvery = 100;
const keepMs = 14 * 86_400_000;

export class CallTexts {
  readonly #db: Database;
  #puts = 0;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Kept as text and never as anything a page or terminal would act on: control characters go. */
  keep(id: number, request: string, answer: string): void {
    const texts = [request, answer].map((text) => printable(withoutKeys(text.slice(0, mostText))));
    const [asked = '', answered = ''] = texts;
    this.#db
      .query('INSERT OR REPLACE INTO texts (id, bytes, request, answer) VALUES (?, ?, ?, ?)')
      .run(id, asked.length + answered.length, asked, answered);
    if (this.#puts++ % tidyEvery === 0) this.tidy(timeOf(id));
  }

  find(id: number): { request: string; answer: string } | null {
    return this.#db
      .query<{ request: string; answer: string }, [number]>('SELECT request, answer FROM texts WHERE id = ?')
      .get(id);
  }

  /** What is older than two weeks goes, then the oldest, until it fits. */
  tidy(now: number): void {
    this.#db.run('DELETE FROM texts WHERE id < ?', [idAt(now - keepMs)]);
    const bytes = () =>
      this.#db.query<{ bytes: number | null }, []>('SELECT sum(bytes) AS bytes FROM texts').get()?.bytes ?? 0;
    while (bytes() > mostAll) {
      this.#db.run('DELETE FROM texts WHERE id IN (SELECT id FROM texts ORDER BY id LIMIT 50)');
    }
  }
}

function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}
