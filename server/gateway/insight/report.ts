/** Sums of usage by any of its dimensions, from the hours, and single calls. */

import type { Database } from 'bun:sqlite';
import type { AiCall, UsageDimension, UsageRow } from '../../../shared/gateway/contract.ts';
import { idAt, timeOf } from '../ledger/call-row.ts';
import type { Opened } from '../ledger/ledger-store.ts';
import { states } from '../ledger/schema.ts';
import type { Questions } from '../worker/protocol.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const mostRows = 5000;

/** Dimension to what it is in the table; the only text that goes into the SQL. */
const columns: Readonly<Record<UsageDimension, string>> = {
  app: 'app',
  environment: 'environment',
  release: 'release',
  key: 'key',
  model: 'model',
  provider: 'provider',
  day: `hour / 24 * ${dayMs}`,
  hour: `hour * ${hourMs}`,
};

/** Whole hours: those that `from` and `to` lie in are included. */
export function report(
  db: Database,
  { from, to, by, app }: { from: number; to: number; by: readonly UsageDimension[]; app: string | null },
): UsageRow[] {
  const picked = by.map((name, index) => `${columns[name]} AS by${index}`);
  const groups = by.map((_, index) => `by${index}`);
  const rows = db
    .query<Record<string, number | string | null>, [number, number, string | null]>(
      `SELECT ${[...picked, ...sums].join(', ')} FROM usage_hours
       WHERE hour >= ?1 AND hour <= ?2 AND app = coalesce(?3, app)
       ${groups.length === 0 ? '' : `GROUP BY ${groups.join(', ')} ORDER BY ${groups.join(', ')}`} LIMIT ${mostRows}`,
    )
    .all(Math.floor(from / hourMs), Math.floor(to / hourMs), app);
  return rows
    .filter((row) => row.calls !== null)
    .map((row) => {
      const number = (name: string) => Number(row[name] ?? 0);
      const firsts = number('first_count');
      const calls = number('calls');
      return {
        by: by.map((_, index) => row[`by${index}`] ?? ''),
        calls,
        failed: number('failed'),
        cancelled: number('cancelled'),
        cached: number('cached'),
        retries: number('retries'),
        input: number('input'),
        cacheRead: number('cache_read'),
        cacheWrite: number('cache_write'),
        output: number('output'),
        reasoning: number('reasoning'),
        cost: number('cost'),
        estimated: number('estimated'),
        unpriced: number('unpriced'),
        firstMs: firsts === 0 ? null : number('first_ms') / firsts,
        totalMs: calls === 0 ? null : number('total_ms') / calls,
      };
    });
}

const sums = [
  'calls',
  'failed',
  'cancelled',
  'cached',
  'retries',
  'input',
  'cache_read',
  'cache_write',
  'output',
  'reasoning',
  'cost',
  'estimated',
  'unpriced',
  'first_ms',
  'first_count',
  'total_ms',
].map((name) => `sum(${name}) AS ${name}`);

interface Row {
  id: number;
  app: string;
  environment: string;
  release: number;
  key: number;
  model: string;
  provider: string;
  served: string;
  state: number;
  status: number;
  cost: number;
  reserved: number;
  estimated: number;
  input: number;
  cache_read: number;
  cache_write: number;
  output: number;
  reasoning: number;
  first_ms: number | null;
  total_ms: number;
  attempts: number;
  cached: number;
  trace: string | null;
}

/** Newest first; `open` are those that are not in the table yet. */
export function listCalls(
  db: Database,
  open: readonly Opened[],
  { from, to, app, trace, limit }: Questions['calls']['ask'],
): AiCall[] {
  const current = open.filter(
    ({ id, start }) =>
      id >= idAt(from) &&
      id < idAt(to + 1) &&
      (app === null || app === start.app) &&
      (trace === undefined || trace === start.trace),
  );
  const written = db
    .query<Row, [number, number, string | null, number, string | null]>(
      `SELECT * FROM calls WHERE id >= ?1 AND id < ?2 AND app = coalesce(?3, app) AND (?5 IS NULL OR trace = ?5)
       ORDER BY id DESC LIMIT ?4`,
    )
    .all(idAt(from), idAt(to + 1), app, limit, trace ?? null)
    .map((row) => ({
      id: row.id,
      at: timeOf(row.id),
      app: row.app,
      environment: row.environment,
      release: row.release === 0 ? null : row.release,
      key: row.key,
      model: row.model,
      provider: row.provider,
      served: row.served,
      state: states[row.state] ?? 'open',
      status: row.status,
      cost: row.cost,
      reserved: row.reserved,
      estimated: row.estimated === 1,
      input: row.input,
      cacheRead: row.cache_read,
      cacheWrite: row.cache_write,
      output: row.output,
      reasoning: row.reasoning,
      firstMs: row.first_ms,
      totalMs: row.total_ms,
      attempts: row.attempts,
      cached: row.cached === 1,
      trace: row.trace,
    }));
  return [...current.map(openCall), ...written].sort((one, other) => other.id - one.id).slice(0, limit);
}

function openCall({ id, start, reserved }: Opened): AiCall {
  const { app, environment, release, key, model, provider, served, trace } = start;
  return {
    id,
    at: timeOf(id),
    app,
    environment,
    release: release === 0 ? null : release,
    key,
    model,
    provider,
    served,
    state: 'open',
    status: 0,
    cost: 0,
    reserved,
    estimated: false,
    input: 0,
    cacheRead: 0,
    cacheWrite: 0,
    output: 0,
    reasoning: 0,
    firstMs: null,
    totalMs: 0,
    attempts: 0,
    cached: false,
    trace,
  };
}
