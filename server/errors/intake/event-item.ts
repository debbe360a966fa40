/** An error event: read, un-minified, scrubbed, grouped and stored. */

import { type ErrorEvent, readEvent } from '../event/read-event.ts';
import { mayHoldSecrets, scrub } from '../event/scrub.ts';
import { titleOf } from '../event/title.ts';
import { unminify } from '../event/unminify.ts';
import { tagsToCount, wordsOf } from '../event/words.ts';
import { hashesOf } from '../grouping/group.ts';
import { countDropped, type ItemContext } from './context.ts';

/** Its id, or null where it is no event. */
export function takeEvent(context: ItemContext, payload: Uint8Array): string | null {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
  const secret = mayHoldSecrets(text);
  const parsed: unknown = JSON.parse(text);
  const event = readEvent(secret ? scrub(parsed) : parsed, context.id, context.now);
  if (event === null) return null;
  return takeReadEvent(context, event, secret ? null : payload);
}

/** `payload` is what the event was read from, where it can be stored as it is. */
export function takeReadEvent(context: ItemContext, read: ErrorEvent, payload: Uint8Array | null): string {
  const { stores, project, now } = context;
  const release = read.release ?? context.release;
  const environment = read.environment ?? context.environment;
  const found = unminify(read, project.id, release, stores.original);
  const event = found ?? read;
  const hashes = hashesOf(event, project.rules);
  const { issue, what } = stores.issues.see(project.id, event, hashes, release);
  const tags = tagsToCount(event, release, environment);
  const { at, level, user } = event;
  stores.issues.tally.add({ project: project.id, issue, at, release, environment, level, user, tags });
  const { title, value } = titleOf(event);
  if (what === 'new' || what === 'regressed') {
    const words = value === '' ? title : `${title}: ${value}`;
    stores.happened({ kind: what, project: project.id, issue, title: words, release, environment });
  }
  if (!stores.keeps(issue, now)) {
    countDropped(context, 'server', 'spike', 'error', 1);
    return event.id;
  }
  const bytes = payload !== null && found === null ? payload : Buffer.from(JSON.stringify(event.raw));
  stores.events.add(
    {
      event: event.id,
      project: project.id,
      issue,
      hash: hashes[0] ?? '',
      at,
      level,
      value: (value || title).slice(0, 200),
      release,
      environment,
      user: user?.slice(0, 100) ?? null,
      url: event.url?.slice(0, 300) ?? null,
      trace: event.trace,
      replay: event.replay,
    },
    bytes,
    wordsOf(event),
  );
  return event.id;
}
