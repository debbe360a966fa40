/** The ledger's SQL. Everything that belongs together is one transaction of `commit`. */

import type { Database, Statement } from 'bun:sqlite';
import type { Nanodollars } from '../../../shared/gateway/money.ts';
import { matchesGlob } from '../glob.ts';
import type { Budget } from './budget-book.ts';
import { type CallEnd, type CallStart, idAt, timeOf } from './call-row.ts';
import type { Period } from './periods.ts';
import { states, sums } from './schema.ts';

const hourMs = 3_600_000;
/** Rows taken away at once: a moment's work. */
const pruneRows = 5000;

/** What of a call is kept while it is open, in the order of `reservation`. */
const reservationFields = [
  'id',
  'key',
  'app',
  'environment',
  'release',
  'model',
  'reserved',
  'provider',
  'served',
  'trace',
];

/** What is reserved and not settled, from the rows alone: of one some may be settled. */
const openCalls = `SELECT ${reservationFields.map((name, at) => `json_extract(value, '$[${at}]') AS ${name}`).join(', ')}
  FROM reservations, json_each(reservations.calls)
  WHERE NOT EXISTS (SELECT 1 FROM calls WHERE id = json_extract(value, '$[0]'))`;

export interface Opened {
  readonly id: number;
  readonly start: CallStart;
  readonly reserved: Nanodollars;
  /** Of the store: the row its reservation is in. */
  batch: Batch | null;
}

export interface Settled extends Opened {
  readonly end: CallEnd;
}

/** A row of reservations, and how many of its calls are open. */
interface Batch {
  readonly id: number;
  open: number;
}

type Sums = Record<(typeof sums)[number], number>;
interface Hour {
  readonly hour: number;
  readonly start: CallStart;
  readonly end: CallEnd;
  readonly sums: Sums;
}

export class LedgerStore {
  readonly #db: Database;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #reserve: Statement;
  readonly #free: Statement;
  readonly #write: Statement;
  readonly #add: Statement;

  constructor(db: Database) {
    this.#db = db;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#reserve = db.prepare('INSERT INTO reservations (id, calls) VALUES (?, ?)');
    this.#free = db.prepare('DELETE FROM reservations WHERE id = ?');
    this.#write = db.prepare(
      `INSERT INTO calls (id, key, app, environment, release, model, reserved, trace, state, cost, provider, served, price, status,
         estimated, input, cache_read, cache_write, output, reasoning, first_ms, total_ms, attempts, cached)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#add = db.prepare(
      `INSERT INTO usage_hours (hour, app, environment, release, key, model, provider, served, ${sums.join(', ')})
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ${sums.map(() => '?').join(', ')})
       ON CONFLICT DO UPDATE SET ${sums.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`,
    );
  }

  /** All of it or nothing. */
  commit(opened: readonly Opened[], settled: readonly Settled[]): void {
    const batch: Batch = { id: opened.at(-1)?.id ?? 0, open: opened.length };
    const over = new Map<Batch, number>();
    for (const { batch: of } of settled) if (of !== null) over.set(of, (over.get(of) ?? 0) + 1);
    this.#begin.run();
    try {
      if (opened.length > 0) this.#reserve.run(batch.id, JSON.stringify(opened.map(reservation)));
      if (settled.length > 0) this.#settle(settled);
      for (const [of, count] of over) if (of.open === count) this.#free.run(of.id);
      this.#commit.run();
    } catch (error) {
      if (this.#db.inTransaction) this.#db.run('ROLLBACK');
      throw error;
    }
    for (const call of opened) call.batch = batch;
    for (const [of, count] of over) of.open -= count;
  }

  #settle(settled: readonly Settled[]): void {
    const hours: Hour[] = [];
    for (const { id, start, reserved, end } of settled) {
      const { usage } = end;
      const written = usage.cacheWrite + usage.cacheWriteLong;
      this.#write.run(
        id,
        start.key,
        start.app,
        start.environment,
        start.release,
        start.model,
        reserved,
        start.trace,
        states.indexOf(end.state),
        end.cost,
        end.provider,
        end.served,
        end.price,
        end.status,
        end.estimated ? 1 : 0,
        usage.input,
        usage.cacheRead,
        written,
        usage.output,
        usage.reasoning,
        end.firstMs,
        end.totalMs,
        end.attempts,
        end.cached ? 1 : 0,
      );
      const at = hourOf(id);
      let hour = hours.find((each) => isOf(each, at, start, end));
      if (hour === undefined) {
        hour = { hour: at, start, end, sums: Object.fromEntries(sums.map((each) => [each, 0])) as Sums };
        hours.push(hour);
      }
      addTo(hour.sums, end, written);
    }
    for (const { hour, start, end, sums: added } of hours) {
      const { app, environment, release, key, model } = start;
      const { provider, served } = end;
      const values = sums.map((name) => added[name]);
      this.#add.run(hour, app, environment, release, key, model, provider, served, ...values);
    }
  }

  /**
   * Calls that were open when a process died: nobody knows what they cost, so they cost what they reserved, which is the
   * most they can have. Returns how many.
   */
  settleLost(): number {
    return this.#db.transaction(() => {
      this.#db.run(
        `WITH lost AS (${openCalls})
         INSERT INTO usage_hours (hour, app, environment, release, key, model, provider, served, calls, failed, cost, estimated)
         SELECT id / 4096 / ${hourMs}, app, environment, release, key, model, provider, served, count(*), count(*), sum(reserved), count(*)
         FROM lost WHERE true GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
         ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, failed = failed + excluded.failed,
           cost = cost + excluded.cost, estimated = estimated + excluded.estimated`,
      );
      const { changes } = this.#db.run(
        `WITH lost AS (${openCalls})
         INSERT INTO calls (${reservationFields.join(', ')}, state, cost, estimated)
         SELECT ${reservationFields.join(', ')}, ${states.indexOf('lost')}, reserved, 1 FROM lost`,
      );
      this.#db.run('DELETE FROM reservations');
      return changes;
    })();
  }

  lastId(): number {
    return this.#db.query<{ id: number | null }, []>('SELECT max(id) AS id FROM calls').get()?.id ?? 0;
  }

  /** What was settled for a budget in a period. */
  sumOf(budget: Budget, period: Period): Nanodollars {
    const rows = this.#db
      .query<
        { model: string; served: string; cost: number },
        [number, number, string | null, string | null, number | null]
      >(
        `SELECT model, served, sum(cost) AS cost FROM usage_hours
         WHERE hour >= ?1 AND hour < ?2 AND app = coalesce(?3, app) AND environment = coalesce(?4, environment)
           AND key = coalesce(?5, key) GROUP BY model, served`,
      )
      .all(
        Math.floor(period.from / hourMs),
        Math.ceil(period.to / hourMs),
        budget.app,
        budget.environment,
        budget.key,
      );
    const { model } = budget;
    return rows
      .filter((row) => model === null || matchesGlob(model, row.model) || matchesGlob(model, row.served))
      .reduce((sum, row) => sum + row.cost, 0);
  }

  /** Single calls from before `at` go, some thousands at a time; their sums stay. True where more are left. */
  prune(at: number): boolean {
    const gone = this.#db.run(
      `DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE id < ? LIMIT ${pruneRows})`,
      [idAt(at)],
    );
    return gone.changes === pruneRows;
  }
}

function reservation({ id, start, reserved }: Opened): (string | number | null)[] {
  const { key, app, environment, release, model, provider, served, trace } = start;
  return [id, key, app, environment, release, model, reserved, provider, served, trace];
}

function isOf(one: Hour, hour: number, start: CallStart, end: CallEnd): boolean {
  return (
    one.hour === hour &&
    one.end.served === end.served &&
    one.end.provider === end.provider &&
    one.start.model === start.model &&
    one.start.key === start.key &&
    one.start.app === start.app &&
    one.start.environment === start.environment &&
    one.start.release === start.release
  );
}

function addTo(into: Sums, end: CallEnd, written: number): void {
  into.calls += 1;
  into.failed += end.state === 'failed' ? 1 : 0;
  into.cancelled += end.state === 'cancelled' ? 1 : 0;
  into.cached += end.cached ? 1 : 0;
  into.retries += Math.max(0, end.attempts - 1);
  into.input += end.usage.input;
  into.cache_read += end.usage.cacheRead;
  into.cache_write += written;
  into.output += end.usage.output;
  into.reasoning += end.usage.reasoning;
  into.cost += end.cost;
  into.estimated += end.estimated ? 1 : 0;
  into.unpriced += end.price === null && end.usage.output > 0 ? 1 : 0;
  into.first_ms += end.firstMs ?? 0;
  into.first_count += end.firstMs === null ? 0 : 1;
  into.total_ms += end.totalMs;
}

function hourOf(id: number): number {
  return Math.floor(timeOf(id) / hourMs);
}
