/** Containers of log lines. */

import { scrub } from '../event/scrub.ts';
import { hexId, listOf, numberOr, objectOf, textOf, textOrNull } from '../event/text.ts';
import type { ItemContext } from './context.ts';
import { attributesOf } from './span-item.ts';

const mostLines = 1000;
const longestAttributes = 8000;

/** How many lines it had. */
export function takeLogs(context: ItemContext, raw: unknown): number {
  const { stores, project, now } = context;
  const insert = stores.events.file.db.query(
    `INSERT INTO logs (project, at, level, body, trace, span, release, environment, attributes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  let count = 0;
  for (const each of listOf(objectOf(raw).items, mostLines)) {
    const line = objectOf(each);
    const attributes = attributesOf(line.attributes);
    const text = JSON.stringify(scrub(attributes));
    const at = Math.round(numberOr(line.timestamp, now / 1000) * 1000);
    insert.run(
      ...[
        project.id,
        at > 0 && at < now + 60_000 ? at : now,
        textOf(line.level, 12) || 'info',
        textOf(line.body, 8192),
      ],
      ...[hexId(line.trace_id), textOrNull(line.span_id ?? attributes['sentry.trace.parent_span_id'], 16)],
      textOrNull(attributes['sentry.release'], 200) ?? context.release,
      textOrNull(attributes['sentry.environment'], 64) ?? context.environment,
      text.length > longestAttributes ? '{}' : text,
    );
    count++;
  }
  return count;
}
