/** Who subscribed, in control.db: addresses are sealed, and found again by a keyed fingerprint. */

import { createHmac } from 'node:crypto';
import type { Secrets } from '../kernel/secrets.ts';
import type { Store } from '../kernel/store.ts';

export interface Subscriber {
  readonly id: number;
  readonly page: number;
  readonly kind: 'email' | 'webhook';
  readonly to: string;
  readonly confirmed: boolean;
}

export interface SubscriberStore {
  /** The one there is, or a new unconfirmed one; null where too many wait for a confirmation. */
  add(page: number, key: string, kind: Subscriber['kind'], to: string, now: number): Subscriber | null;
  find(id: number): Subscriber | null;
  confirm(id: number): void;
  remove(id: number): void;
  confirmed(page: number): Subscriber[];
  count(page: number): number;
  addMessage(subscriber: number, subject: string, text: string, at: number): number;
  message(id: number): { subscriber: number; uid: string; subject: string; text: string; at: number } | null;
  removeMessage(id: number): void;
}

interface Row {
  id: number;
  page: number;
  kind: Subscriber['kind'];
  sealed: Uint8Array;
  confirmed: number;
}

const waitingAtMost = 500;
const waitMs = 48 * 3_600_000;

export function createSubscriberStore({ db }: Store, secrets: Secrets): SubscriberStore {
  const columns = 'id, page, kind, sealed, confirmed FROM status_subscribers';
  const opened = ({ sealed, confirmed, ...row }: Row): Subscriber => ({
    ...row,
    to: secrets.open(sealed, 'status:subscriber'),
    confirmed: confirmed === 1,
  });
  const find = (id: number) => {
    const row = db.query<Row, [number]>(`SELECT ${columns} WHERE id = ?`).get(id);
    return row === null ? null : opened(row);
  };
  return {
    add(page, key, kind, to, now) {
      db.query('DELETE FROM status_subscribers WHERE confirmed = 0 AND created_at < ?').run(now - waitMs);
      const fingerprint = createHmac('sha256', key).update(`${kind}:${to.toLowerCase()}`).digest('base64url');
      const there = db
        .query<Row, [number, string]>(`SELECT ${columns} WHERE page = ? AND fingerprint = ?`)
        .get(page, fingerprint);
      if (there !== null) return opened(there);
      const waiting = db
        .query<{ count: number }, [number]>(
          'SELECT count(*) AS count FROM status_subscribers WHERE page = ? AND confirmed = 0',
        )
        .get(page);
      if ((waiting?.count ?? 0) >= waitingAtMost) return null;
      const row = db
        .query<{ id: number }, [number, string, Uint8Array, string, number]>(
          `INSERT INTO status_subscribers (page, kind, sealed, fingerprint, created_at)
           VALUES (?, ?, ?, ?, ?) RETURNING id`,
        )
        .get(page, kind, secrets.seal(to, 'status:subscriber'), fingerprint, now);
      return row === null ? null : find(row.id);
    },
    find,
    confirm: (id) => void db.query('UPDATE status_subscribers SET confirmed = 1 WHERE id = ?').run(id),
    remove: (id) => void db.query('DELETE FROM status_subscribers WHERE id = ?').run(id),
    confirmed: (page) =>
      db.query<Row, [number]>(`SELECT ${columns} WHERE page = ? AND confirmed = 1`).all(page).map(opened),
    count: (page) =>
      db
        .query<{ count: number }, [number]>(
          'SELECT count(*) AS count FROM status_subscribers WHERE page = ? AND confirmed = 1',
        )
        .get(page)?.count ?? 0,
    addMessage(subscriber, subject, text, at) {
      const row = db
        .query<{ id: number }, [number, string, string, string, number]>(
          'INSERT INTO status_messages (subscriber, uid, subject, text, at) VALUES (?, ?, ?, ?, ?) RETURNING id',
        )
        .get(subscriber, crypto.randomUUID(), subject, text, at);
      return row?.id ?? 0;
    },
    message: (id) =>
      db
        .query<{ subscriber: number; uid: string; subject: string; text: string; at: number }, [number]>(
          'SELECT subscriber, uid, subject, text, at FROM status_messages WHERE id = ?',
        )
        .get(id),
    removeMessage: (id) => void db.query('DELETE FROM status_messages WHERE id = ?').run(id),
  };
}
