/** The questions asked of the access log, as SQL over its table. */

import type { RequestFilter, TopDimension } from '../../../shared/proxy/requests-contract.ts';
import type { Cell } from '../../kernel/telemetry.ts';
import { filterSql } from './request-filter.ts';

export interface Question {
  readonly sql: string;
  readonly params: readonly Cell[];
}

export function newest(filter: RequestFilter, limit: number): Question {
  const { where, params } = filterSql(filter);
  return {
    sql: `SELECT * FROM requests WHERE ${where} ORDER BY at DESC LIMIT ?`,
    params: [...params, limit],
  };
}

/** What a dimension is made of in the table. Class of agent and country are made of others afterwards. */
const columns: Readonly<Record<TopDimension, string>> = {
  path: 'path',
  status: 'CAST(status AS TEXT)',
  host: 'host',
  client: 'client',
  country: 'client',
  referrer: 'referrer',
  agent: 'user_agent',
  method: 'method',
  release: 'CAST(release AS TEXT)',
  app: "substr(service, 1, instr(service, '/') - 1)",
};

export interface TopSqlRow {
  value: string | null;
  requests: number;
  errors: number;
  bytes_out: number;
  p50: number;
  p95: number;
}

/** The nearest rank: of n sorted times the one at place ceil(n * share). */
const ranks = `max(CASE WHEN n <= (c * 50 + 99) / 100 THEN ms END) AS p50,
  max(CASE WHEN n <= (c * 95 + 99) / 100 THEN ms END) AS p95`;

export function mostFrequent(filter: RequestFilter, by: TopDimension, limit: number): Question {
  const { where, params } = filterSql(filter);
  const sql = `
    WITH ranked AS (
      SELECT ${columns[by]} AS value, status, bytes_out, ms,
        row_number() OVER (PARTITION BY ${columns[by]} ORDER BY ms) AS n,
        count(*) OVER (PARTITION BY ${columns[by]}) AS c
      FROM requests WHERE ${where})
    SELECT value, count(*) AS requests, sum(status >= 500) AS errors, sum(bytes_out) AS bytes_out, ${ranks}
    FROM ranked GROUP BY value ORDER BY requests DESC, value LIMIT ?`;
  return { sql, params: [...params, limit] };
}

export interface SeriesSqlRow {
  place: number;
  requests: number;
  c1: number;
  c2: number;
  c3: number;
  c4: number;
  c5: number;
  bytes_out: number;
  p50: number;
  p95: number;
}

/** One row for each step in which anything came; `place` counts them from `since`. */
export function overTime(filter: RequestFilter, since: number, step: number): Question {
  const { where, params } = filterSql(filter);
  const classes = [1, 2, 3, 4, 5].map((each) => `sum(status / 100 = ${each}) AS c${each}`).join(', ');
  const sql = `
    WITH placed AS (SELECT (at - ?) / ? AS place, status, bytes_out, ms FROM requests WHERE ${where}),
    ranked AS (
      SELECT *, row_number() OVER (PARTITION BY place ORDER BY ms) AS n, count(*) OVER (PARTITION BY place) AS c
      FROM placed)
    SELECT place, count(*) AS requests, ${classes}, sum(bytes_out) AS bytes_out, ${ranks}
    FROM ranked GROUP BY place ORDER BY place`;
  return { sql, params: [since, step, ...params] };
}
