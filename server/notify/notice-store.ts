/** Notices as they came, and what of them is open. */

import type { Notice } from '../kernel/notice.ts';
import type { Store } from '../kernel/store.ts';

export type NoticeRow = Notice & { readonly id: number };

export interface NoticeStore {
  add(notice: Notice): number;
  /** The newest first. */
  list(limit: number): Notice[];
  isOpen(subject: string): boolean;
  isAcknowledged(subject: string): boolean;
  open(subject: string, at: number): void;
  /** False where it was not open. */
  close(subject: string): boolean;
  acknowledge(subject: string): void;
  /** Forgets all but the newest `keep`, except what still waits to be told. */
  prune(keep: number): void;
}

const columns = 'kind, subject, state, severity, app, environment, release, title, text, at';

export function createNoticeStore({ db }: Store): NoticeStore {
  const insert = db.query<{ id: number }, (string | number | null)[]>(
    `INSERT INTO notices (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
  );
  const newest = db.query<Notice, [number]>(`SELECT ${columns} FROM notices ORDER BY id DESC LIMIT ?`);
  const openOne = db.query<{ acknowledged: number }, [string]>(
    'SELECT acknowledged FROM notify_open WHERE subject = ?',
  );
  return {
    add(notice) {
      const { kind, subject, state, severity, app, environment, release, title, text, at } = notice;
      const row = insert.get(kind, subject, state, severity, app, environment, release, title, text, at);
      return row?.id ?? 0;
    },
    list: (limit) => newest.all(limit),
    isOpen: (subject) => openOne.get(subject) !== null,
    isAcknowledged: (subject) => openOne.get(subject)?.acknowledged === 1,
    open(subject, at) {
      db.query('INSERT INTO notify_open (subject, at) VALUES (?, ?) ON CONFLICT DO NOTHING').run(subject, at);
    },
    close: (subject) => db.query('DELETE FROM notify_open WHERE subject = ?').run(subject).changes > 0,
    acknowledge(subject) {
      db.query('UPDATE notify_open SET acknowledged = 1 WHERE subject = ?').run(subject);
    },
    prune(keep) {
      db.query(
        `DELETE FROM notices WHERE id <= (SELECT max(id) FROM notices) - ?
         AND id NOT IN (SELECT notice FROM notify_deliveries WHERE state = 'waiting')`,
      ).run(keep);
    },
  };
}
