/** Kept connections to providers, and requests over them. */

import { WindlassError } from '../../../shared/errors.ts';
import type { createAddresses } from './address.ts';
import { type AnswerListener, Connection } from './connection.ts';
import type { Origin } from './origin.ts';

/** Kept without a request, to each provider. */
const mostIdle = 64;
/** Below what providers close after, the shortest of which is a minute. */
const idleMs = 50_000;
const connectMs = 10_000;

export interface Sent {
  pause(): void;
  resume(): void;
  /** Nothing more is heard; the provider sees the connection end. */
  cancel(): void;
}

export interface Pool {
  /** The listener hears of every failure; nothing is thrown. */
  send(origin: Origin, request: Uint8Array, listener: AnswerListener): Sent;
  /** Ends connections nobody uses. */
  close(): void;
}

export function createPool(addresses: ReturnType<typeof createAddresses>, now: () => number): Pool {
  const idle = new Map<string, { connection: Connection; since: number }[]>();
  let tidy: Timer | undefined;

  const drop = () => {
    for (const [key, list] of idle) {
      const fresh = list.filter(({ connection, since }) => {
        const keep = connection.open && now() - since < idleMs;
        if (!keep) connection.close();
        return keep;
      });
      if (fresh.length === 0) idle.delete(key);
      else idle.set(key, fresh);
    }
    tidy = idle.size === 0 ? undefined : setTimeout(drop, 15_000);
    tidy?.unref();
  };

  const keep = (key: string, connection: Connection) => {
    let list = idle.get(key);
    if (list === undefined) {
      list = [];
      idle.set(key, list);
    }
    if (list.length >= mostIdle) return connection.close();
    list.push({ connection, since: now() });
    if (tidy === undefined) {
      tidy = setTimeout(drop, 15_000);
      tidy.unref();
    }
  };

  const take = (key: string): Connection | null => {
    const list = idle.get(key);
    for (let last = list?.pop(); last !== undefined; last = list?.pop()) {
      if (last.connection.open && now() - last.since < idleMs) return last.connection;
      last.connection.close();
    }
    return null;
  };

  return {
    send(origin, request, listener) {
      const key = `${origin.secure ? 's' : ''}${origin.host}:${origin.port}${origin.inwardToo ? '+' : ''}`;
      let connection: Connection | null = null;
      let cancelled = false;
      const use = (mine: Connection) => {
        if (cancelled) return keep(key, mine);
        connection = mine;
        const before = mine.used;
        mine.onFree = (freed, reusable) => {
          freed.onFree = null;
          if (reusable) keep(key, freed);
        };
        mine.send(request, listener, (why, answered) => {
          // A kept connection that was just being closed has not carried the request (RFC 9112, 9.3.1).
          if (before > 0 && !answered && !cancelled) fresh();
          else listener.failed(why, answered);
        });
      };
      const fresh = () => {
        connection = null;
        connect(origin).then(use, (error: unknown) => {
          if (!cancelled) listener.failed(error instanceof Error ? error.message : String(error), false);
        });
      };
      const connect = async (to: Origin): Promise<Connection> => {
        const address = await addresses.find(to.host, to.inwardToo);
        let late = false;
        const timer = Promise.withResolvers<never>();
        const timeout = setTimeout(() => {
          late = true;
          timer.reject(
            new WindlassError('timeout', `${to.host} took no connection within ${connectMs / 1000} s`),
          );
        }, connectMs);
        const opening = Connection.open(to, address);
        opening.then(
          (made) => {
            if (late) made.close();
          },
          () => undefined,
        );
        try {
          return await Promise.race([opening, timer.promise]);
        } finally {
          clearTimeout(timeout);
        }
      };
      const kept = take(key);
      if (kept === null) fresh();
      else use(kept);
      return {
        pause: () => connection?.pause(),
        resume: () => connection?.resume(),
        cancel() {
          cancelled = true;
          connection?.close();
        },
      };
    },
    close() {
      clearTimeout(tidy);
      for (const list of idle.values()) for (const { connection } of list) connection.close();
      idle.clear();
    },
  };
}
