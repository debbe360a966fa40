/** Kept connections to providers, and requests over them. */

import { WindlassError } from '../../../shared/errors.ts';
import type { createAddresses } from './address.ts';
import { type AnswerListener, Connection } from './connection.ts';
import type { Origin } from './origin.ts';
import type { OutgoingRequest } from './write-request.ts';

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
  send(request: OutgoingRequest, listener: AnswerListener): Sent;
  /** Ends connections nobody uses. */
  close(): void;
}

export function createPool(addresses: ReturnType<typeof createAddresses>, now: () => number): Pool {
  const idle = new Map<string, Connection[]>();
  let tidy: Timer | undefined;

  const drop = () => {
    for (const [key, list] of idle) {
      const fresh = list.filter((connection) => {
        const keep = connection.open && now() - connection.since < idleMs;
        if (!keep) connection.close();
        return keep;
      });
      if (fresh.length === 0) idle.delete(key);
      else idle.set(key, fresh);
    }
    tidy = idle.size === 0 ? undefined : setTimeout(drop, 15_000);
    tidy?.unref();
  };

  const keep = ({ poolKey: key }: Origin, connection: Connection) => {
    let list = idle.get(key);
    if (list === undefined) {
      list = [];
      idle.set(key, list);
    }
    if (list.length >= mostIdle) return connection.close();
    connection.since = now();
    list.push(connection);
    if (tidy === undefined) {
      tidy = setTimeout(drop, 15_000);
      tidy.unref();
    }
  };

  const take = ({ poolKey: key }: Origin): Connection | null => {
    const list = idle.get(key);
    for (let last = list?.pop(); last !== undefined; last = list?.pop()) {
      if (last.open && now() - last.since < idleMs) return last;
      last.close();
    }
    return null;
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

  /** A request under way. */
  class Sending implements Sent {
    #connection: Connection | null = null;
    #cancelled = false;
    readonly #origin: Origin;
    readonly #request: OutgoingRequest;
    readonly #listener: AnswerListener;

    constructor(request: OutgoingRequest, listener: AnswerListener) {
      this.#origin = request.origin;
      this.#request = request;
      this.#listener = listener;
      const kept = take(request.origin);
      if (kept === null) this.#fresh();
      else this.#use(kept);
    }

    pause(): void {
      this.#connection?.pause();
    }

    resume(): void {
      this.#connection?.resume();
    }

    cancel(): void {
      this.#cancelled = true;
      this.#connection?.close();
    }

    #use(mine: Connection): void {
      if (this.#cancelled) {
        keep(this.#origin, mine);
        return;
      }
      this.#connection = mine;
      const before = mine.used;
      mine.onFree = (freed, reusable) => {
        freed.onFree = null;
        if (reusable) keep(this.#origin, freed);
      };
      mine.send(this.#request, this.#listener, (why, answered) => {
        // A kept connection that was just being closed has not carried the request (RFC 9112, 9.3.1).
        if (before > 0 && !answered && !this.#cancelled) this.#fresh();
        else this.#listener.onFailed(why, answered);
      });
    }

    #fresh(): void {
      this.#connection = null;
      connect(this.#origin).then(
        (made) => this.#use(made),
        (error: unknown) => {
          if (this.#cancelled) return;
          this.#listener.onFailed(error instanceof Error ? error.message : String(error), false);
        },
      );
    }
  }

  return {
    send: (request, listener) => new Sending(request, listener),
    close() {
      clearTimeout(tidy);
      for (const list of idle.values()) for (const connection of list) connection.close();
      idle.clear();
    },
  };
}
