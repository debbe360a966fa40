/** Traces: transactions of older SDKs, containers of spans of today's. */

import { scrub } from '../event/scrub.ts';
import { hexId, listOf, numberOr, objectOf, textOf, textOrNull } from '../event/text.ts';
import { isObject, type Json } from '../wire/envelope.ts';
import { limits } from '../wire/limits.ts';
import { countDropped, type ItemContext } from './context.ts';

interface Span {
  readonly trace: string;
  readonly span: string;
  readonly parent: string | null;
  readonly op: string;
  readonly name: string;
  /** ms since the epoch, and how long in microseconds. */
  readonly at: number;
  readonly micros: number;
  readonly status: string;
  readonly segment: boolean;
  readonly release: string | null;
  readonly environment: string | null;
  readonly data: Json;
}

const longestData = 8000;

/** How many spans it had. */
export function takeTransaction(context: ItemContext, raw: unknown): number {
  if (!isObject(raw)) return 0;
  const trace = objectOf(objectOf(raw.contexts).trace);
  const shared = {
    release: textOrNull(raw.release, 200),
    environment: textOrNull(raw.environment, 64),
  };
  const root = spanOf(
    {
      ...raw,
      ...trace,
      description: raw.transaction,
      data: { ...objectOf(trace.data), measurements: raw.measurements },
    },
    true,
    shared,
  );
  if (root === null) return 0;
  const children = listOf(raw.spans, limits.spansOfContainer).flatMap(
    (each) => spanOf(each, false, shared) ?? [],
  );
  return store(context, [root, ...children]);
}

/** Items of a container, version 2. */
export function takeSpans(context: ItemContext, raw: unknown): number {
  const items = listOf(objectOf(raw).items, limits.spansOfContainer);
  return store(
    context,
    items.flatMap((each) => {
      const item = objectOf(each);
      const data = attributesOf(item.attributes);
      const name = item.name ?? data['sentry.name'];
      const from = { ...item, timestamp: item.end_timestamp, description: name, op: data['sentry.op'], data };
      const shared = {
        release: textOrNull(data['sentry.release'], 200),
        environment: textOrNull(data['sentry.environment'], 64),
      };
      return spanOf(from, item.is_segment === true, shared) ?? [];
    }),
  );
}

/** `{key: {type, value}}` as `{key: value}`. */
export function attributesOf(raw: unknown): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(objectOf(raw)).slice(0, 200)) {
    plain[key] = isObject(each) && 'value' in each ? each.value : each;
  }
  return plain;
}

function spanOf(
  value: unknown,
  segment: boolean,
  shared: Pick<Span, 'release' | 'environment'>,
): Span | null {
  const raw = objectOf(value);
  const trace = hexId(raw.trace_id);
  const [from, to] = [seconds(raw.start_timestamp), seconds(raw.timestamp)];
  if (trace === null || from === null || to === null) return null;
  return {
    trace,
    span: textOf(raw.span_id, 16),
    parent: textOrNull(raw.parent_span_id, 16),
    op: textOf(raw.op, 60) || 'default',
    name: textOf(raw.description, 300),
    at: Math.round(from * 1000),
    micros: Math.max(0, Math.min(Math.round((to - from) * 1e6), Number.MAX_SAFE_INTEGER)),
    status: textOf(raw.status, 40) || 'ok',
    segment,
    ...shared,
    data: objectOf(scrub(raw.data)),
  };
}

function seconds(value: unknown): number | null {
  const number = typeof value === 'string' ? Date.parse(value) / 1000 : numberOr(value, Number.NaN);
  return number > 0 && number < 1e11 ? number : null;
}

function store(context: ItemContext, spans: readonly Span[]): number {
  const { stores, project, now } = context;
  const insert = stores.events.file.db.query(
    `INSERT INTO spans (project, trace, span, parent, op, name, at, micros, status, segment, release, environment, data)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const hour = stores.index.query(
    `INSERT INTO span_hours (project, hour, op, name, count, failed, total, slowest) VALUES (?, ?, ?, ?, 1, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + 1, failed = failed + excluded.failed, total = total + excluded.total,
      slowest = max(slowest, excluded.slowest)`,
  );
  for (const each of spans) {
    const data = JSON.stringify(each.data);
    insert.run(
      ...[
        project.id,
        each.trace,
        each.span,
        each.parent,
        each.op,
        each.name,
        each.at,
        each.micros,
        each.status,
      ],
      ...[each.segment ? 1 : 0, each.release ?? context.release, each.environment ?? context.environment],
      data.length > longestData ? '{}' : data,
    );
    if (!each.segment && !each.op.startsWith('db')) continue;
    const failed = each.status === 'ok' || each.status === 'unset' ? 0 : 1;
    const name = each.op.startsWith('db') ? withoutValues(each.name) : each.name;
    hour.run(project.id, Math.floor(now / 3_600_000), each.op, name, failed, each.micros, each.micros);
  }
  if (spans.length === 0) countDropped(context, 'server', 'invalid', 'span', 1);
  return spans.length;
}

/** Queries that differ only in their values are one. */
function withoutValues(query: string): string {
  return query.replace(/'(?:[^']|'')*'/g, '?').replace(/\b\d+\b/g, '?');
}
