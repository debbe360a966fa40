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

export interface Opened {
  readonly id: number;
  readonly start: CallStart;
  readonly reserved: Nanodollars;
}

export interface Settled extends Opened {
  readonly end: CallEnd;
}

type Sums = Record<(typeof sums)[number], number>;
type Keys = [number, string, string, number, number, string, string, string];

export class LedgerStore {
  readonly #db: Database;
  readonly #open: Statement;
  readonly #close: Statement;
  readonly #add: Statement;

  constructor(db: Database) {
    this.#db = db;
    this.#open = db.prepare(
      'INSERT INTO calls (id, key, app, environment, release, model, reserved, provider, served, trace) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#close = db.prepare(
      `UPDATE calls SET state = ?, cost = ?, provider = ?, served = ?, price = ?, status = ?, estimated = ?, input = ?,
         cache_read = ?, cache_write = ?, output = ?, reasoning = ?, first_ms = ?, total_ms = ?, attempts = ?, cached = ?
       WHERE id = ? AND state = 0`,
    );
    this.#add = db.prepare(
      `INSERT INTO usage_hours (hour, app, environment, release, key, model, provider, served, ${sums.join(', ')})
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ${sums.map(() => '?').join(', ')})
       ON CONFLICT DO UPDATE SET ${sums.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`,
    );
  }

  /** All of it or nothing. */
  commit(opened: readonly Opened[], settled: readonly Settled[]): void {
    this.#db.run('BEGIN IMMEDIATE');
    try {
      for (const { id, start, reserved } of opened) {
        const { key, app, environment, release, model, provider, served, trace } = start;
        this.#open.run(id, key, app, environment, release, model, reserved, provider, served, trace);
      }
      if (settled.length > 0) this.#settle(settled);
      this.#db.run('COMMIT');
    } catch (error) {
      if (this.#db.inTransaction) this.#db.run('ROLLBACK');
      throw error;
    }
  }

  #settle(settled: readonly Settled[]): void {
    const hours = new Map<string, { keys: Keys; sums: Sums }>();
    for (const { id, start, end } of settled) {
      const { usage } = end;
      const written = usage.cacheWrite + usage.cacheWriteLong;
      this.#close.run(
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
        id,
      );
      const { app, environment, release, key, model } = start;
      const keys: Keys = [hourOf(id), app, environment, release, key, model, end.provider, end.served];
      const name = keys.join('\n');
      let hour = hours.get(name);
      if (hour === undefined) {
        hour = { keys, sums: Object.fromEntries(sums.map((each) => [each, 0])) as Sums };
        hours.set(name, hour);
      }
      addTo(hour.sums, end, written);
    }
    for (const hour of hours.values()) this.#add.run(...hour.keys, ...sums.map((name) => hour.sums[name]));
  }

  /**
   * Calls that were open when a process died: nobody knows what they cost, so they cost what they reserved, which is the
   * most they can have. Returns how many.
   */
  settleLost(): number {
    const lost = states.indexOf('lost');
    return this.#db.transaction(() => {
      this.#db.run(
        `INSERT INTO usage_hours (hour, app, environment, release, key, model, provider, served, calls, failed, cost, estimated)
         SELECT id / 4096 / ${hourMs}, app, environment, release, key, model, provider, served, count(*), count(*), sum(reserved), count(*)
         FROM calls WHERE state = 0 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
         ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, failed = failed + excluded.failed,
           cost = cost + excluded.cost, estimated = estimated + excluded.estimated`,
      );
      return this.#db.run(`UPDATE calls SET state = ${lost}, cost = reserved, estimated = 1 WHERE state = 0`)
        .changes;
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
      `DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE id < ? AND state <> 0 LIMIT ${pruneRows})`,
      [idAt(at)],
    );
    return gone.changes === pruneRows;
  }
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
