/** Deliveries in control.db: one of one notice to one channel, from planned to ended. */

import type { Delivery } from '../../shared/notify/contract.ts';
import type { Notice } from '../kernel/notice.ts';
import type { Store } from '../kernel/store.ts';
import type { NoticeRow } from './notice-store.ts';
import type { Planned } from './routing.ts';

export interface Waiting {
  readonly id: number;
  readonly uid: string;
  readonly channel: number;
  readonly held: boolean;
  readonly ifOpen: boolean;
  readonly notBefore: number;
  readonly attempts: number;
  readonly notice: NoticeRow;
}

export interface DeliveryStore {
  add(notice: number, planned: Planned, at: number): void;
  /** What a channel still has to be told, in the order it happened. */
  waiting(channel: number): Waiting[];
  /** Channels that have something waiting. */
  channelsWaiting(): { channel: number; count: number; first: number }[];
  attempted(ids: readonly number[], at: number, answer: string): void;
  end(
    ids: readonly number[],
    state: 'sent' | 'refused' | 'given-up' | 'not-needed',
    at: number,
    answer: string,
  ): void;
  /** The channels that heard, or will hear in turn, of the last opening of `subject`. */
  told(subject: string): number[];
  /** Nobody needs to hear any more that `subject` was opened, where it was held back or waits for an escalation. */
  forget(subject: string, at: number): void;
  list(limit: number): Delivery[];
}

const noticeColumns =
  'n.kind, n.subject, n.state AS noticeState, n.severity, n.app, n.environment, n.release, n.title, n.text, n.at AS noticeAt';

interface Joined extends Omit<Notice, 'state' | 'at'> {
  noticeState: Notice['state'];
  noticeAt: number;
}

export function createDeliveryStore({ db }: Store): DeliveryStore {
  const insert = db.query<null, [number, number, string, number, number, number, number]>(
    `INSERT INTO notify_deliveries (notice, channel, uid, state, held, if_open, not_before, at)
     VALUES (?, ?, ?, 'waiting', ?, ?, ?, ?)`,
  );
  const waitingOf = db.query<
    Joined & {
      id: number;
      uid: string;
      held: number;
      ifOpen: number;
      notBefore: number;
      attempts: number;
      notice: number;
    },
    [number]
  >(
    `SELECT d.id, d.uid, d.held, d.if_open AS ifOpen, d.not_before AS notBefore, d.attempts, d.notice,
       ${noticeColumns} FROM notify_deliveries d JOIN notices n ON n.id = d.notice
     WHERE d.channel = ? AND d.state = 'waiting' ORDER BY d.id LIMIT 500`,
  );
  const channels = db.query<{ channel: number; count: number; first: number }, []>(
    `SELECT channel, count(*) AS count, min(not_before) AS first FROM notify_deliveries
     WHERE state = 'waiting' GROUP BY channel`,
  );
  const attempt = db.query<null, [number, string, number]>(
    'UPDATE notify_deliveries SET attempts = attempts + 1, at = ?, answer = ? WHERE id = ?',
  );
  const finish = db.query<null, [string, number, string, number]>(
    'UPDATE notify_deliveries SET state = ?, at = ?, answer = ? WHERE id = ?',
  );
  return {
    add: (notice, { channel, held, ifOpen, notBefore }, at) =>
      void insert.run(notice, channel, crypto.randomUUID(), held ? 1 : 0, ifOpen ? 1 : 0, notBefore, at),
    waiting: (channel) =>
      waitingOf.all(channel).map(({ id, uid, held, ifOpen, notBefore, attempts, notice, ...joined }) => ({
        ...{ id, uid, channel, notBefore, attempts },
        held: held === 1,
        ifOpen: ifOpen === 1,
        notice: { ...noticeOf(joined), id: notice },
      })),
    channelsWaiting: () => channels.all(),
    attempted(ids, at, answer) {
      for (const id of ids) attempt.run(at, answer, id);
    },
    end(ids, state, at, answer) {
      for (const id of ids) finish.run(state, at, answer, id);
    },
    told: (subject) =>
      db
        .query<{ channel: number }, [string]>(
          `SELECT channel FROM notify_deliveries WHERE state <> 'not-needed' AND notice =
             (SELECT max(id) FROM notices WHERE subject = ? AND state = 'opened')`,
        )
        .all(subject)
        .map((row) => row.channel),
    forget(subject, at) {
      db.query(
        `UPDATE notify_deliveries SET state = 'not-needed', at = ?, answer = 'it was over before it was told'
         WHERE state = 'waiting' AND attempts = 0 AND (held = 1 OR if_open = 1)
           AND notice IN (SELECT id FROM notices WHERE subject = ? AND state = 'opened')`,
      ).run(at, subject);
    },
    list: (limit) =>
      db
        .query<Joined & Omit<Delivery, 'notice'>, [number]>(
          `SELECT d.id, c.name AS channel, d.state, d.attempts,
             iif(d.state = 'waiting', max(d.not_before, c.retry_at), d.at) AS at, d.answer, ${noticeColumns}
           FROM notify_deliveries d JOIN notices n ON n.id = d.notice JOIN notify_channels c ON c.id = d.channel
           ORDER BY d.id DESC LIMIT ?`,
        )
        .all(limit)
        .map(({ id, channel, state, attempts, at, answer, ...joined }) => ({
          ...{ id, channel, state, attempts, at, answer },
          notice: noticeOf(joined),
        })),
  };
}

function noticeOf({ noticeState, noticeAt, ...notice }: Joined): Notice {
  return { ...notice, state: noticeState, at: noticeAt };
}
