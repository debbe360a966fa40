/** A trace put together again: spans, errors and log lines. And what takes the most time. */

import type { Desk } from '../desk.ts';
import type { EventRow } from '../store/event-store.ts';
import { type EventHead, headOf } from './event-details.ts';

export interface Span {
  span: string;
  parent: string | null;
  op: string;
  name: string;
  at: number;
  micros: number;
  status: string;
  segment: boolean;
}

export interface Trace {
  spans: Span[];
  events: EventHead[];
  logs: { at: number; level: string; body: string; trace: string | null; attributes: string }[];
}

const most = 2000;
/** A trace is of one time: files far older than the first that has it need not be asked. */
const mostFiles = 4;

export function readTrace({ files }: Desk, trace: string): Trace {
  const found: Trace = { spans: [], events: [], logs: [] };
  let left = mostFiles;
  for (const { db } of files.all()) {
    const spans = db
      .query<Omit<Span, 'segment'> & { segment: number }, [string, number]>(
        'SELECT span, parent, op, name, at, micros, status, segment FROM spans WHERE trace = ? LIMIT ?',
      )
      .all(trace, most);
    found.spans.push(...spans.map((span) => ({ ...span, segment: span.segment === 1 })));
    found.events.push(
      ...db
        .query<EventRow, [string]>('SELECT * FROM events WHERE trace = ? LIMIT 100')
        .all(trace)
        .map(headOf),
    );
    found.logs.push(
      ...db
        .query<Trace['logs'][number], [string, number]>(
          'SELECT at, level, body, trace, attributes FROM logs WHERE trace = ? ORDER BY at LIMIT ?',
        )
        .all(trace, most),
    );
    if (found.spans.length + found.events.length + found.logs.length > 0 && --left === 0) break;
  }
  found.spans.sort((one, other) => one.at - other.at);
  return found;
}

export interface Slow {
  op: string;
  name: string;
  count: number;
  failed: number;
  totalMicros: number;
  slowestMicros: number;
  trace: string | null;
}

export function slowest({ index, files }: Desk, project: number, from: number): { rows: Slow[] } {
  const rows = index
    .query<Omit<Slow, 'trace'>, [number, number]>(
      `SELECT op, name, sum(count) AS count, sum(failed) AS failed, sum(total) AS totalMicros, max(slowest) AS slowestMicros
       FROM span_hours WHERE project = ? AND hour >= ? GROUP BY op, name ORDER BY totalMicros DESC LIMIT 100`,
    )
    .all(project, Math.floor(from / 3_600_000));
  const [newest] = files.all();
  return {
    rows: rows.map((row) => ({
      ...row,
      trace:
        newest?.db
          .query<{ trace: string }, [number, number, string, string]>(
            `SELECT trace FROM spans WHERE project = ? AND at >= ? AND segment = 1 AND op = ? AND name = ?
             ORDER BY at DESC LIMIT 1`,
          )
          .get(project, from, row.op, row.name)?.trace ?? null,
    })),
  };
}
