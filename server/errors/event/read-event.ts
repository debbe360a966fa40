/** An error event as it came, read for what we index, group by and show. Nothing it holds is trusted. Pure. */

import { isObject, type Json } from '../wire/envelope.ts';
import { type Frame, framesOf } from './frame.ts';
import { hexId, listOf, objectOf, tagsOf, textOf, textOrNull, timeOf } from './text.ts';

export interface Thrown {
  readonly type: string;
  readonly value: string;
  readonly module: string;
  readonly frames: readonly Frame[];
  /** The SDK made the type up, so it says nothing. */
  readonly synthetic: boolean;
  readonly handled: boolean;
}

export interface ErrorEvent {
  readonly id: string;
  /** ms since the epoch. */
  readonly at: number;
  readonly level: string;
  readonly platform: string;
  /** Causes first, as Sentry orders them. */
  readonly thrown: readonly Thrown[];
  /** The message before its parameters were put in, and as it is shown. */
  readonly template: string;
  readonly message: string;
  readonly transaction: string;
  readonly logger: string;
  readonly release: string | null;
  readonly dist: string | null;
  readonly environment: string | null;
  readonly fingerprint: readonly string[];
  readonly tags: readonly (readonly [string, string])[];
  /** Something that is the same for the same person; null where the event names nobody. */
  readonly user: string | null;
  readonly url: string | null;
  readonly trace: string | null;
  readonly span: string | null;
  readonly replay: string | null;
  readonly sdk: string;
  /** Debug ids of the files on its stack. */
  readonly images: readonly { readonly file: string; readonly debugId: string }[];
  readonly raw: Json;
}

const levels = ['fatal', 'error', 'warning', 'info', 'debug'];
const mostThrown = 50;

/** `id` is the envelope's, which wins; `now` in ms. Null where `raw` is no object. */
export function readEvent(raw: unknown, id: string | null, now: number): ErrorEvent | null {
  if (!isObject(raw)) return null;
  const contexts = objectOf(raw.contexts);
  const trace = objectOf(contexts.trace);
  const level = textOf(raw.level).toLowerCase();
  const entry = raw.logentry ?? raw['sentry.interfaces.Message'] ?? raw.message;
  const message = isObject(entry)
    ? textOf(entry.formatted, 8192) || textOf(entry.message, 8192)
    : textOf(entry, 8192);
  const tags = tagsOf(raw.tags);
  const request = objectOf(raw.request ?? raw['sentry.interfaces.Http']);
  return {
    id: id ?? hexId(raw.event_id) ?? crypto.randomUUID().replaceAll('-', ''),
    at: timeOf(raw.timestamp, now),
    level: level === 'warn' ? 'warning' : levels.includes(level) ? level : 'error',
    platform: textOf(raw.platform, 32) || 'other',
    thrown: listOf(raw.exception ?? raw['sentry.interfaces.Exception'], mostThrown).flatMap((each) =>
      isObject(each) ? [thrownOf(each, raw)] : [],
    ),
    template: isObject(entry) ? textOf(entry.message, 8192) || message : message,
    message,
    transaction: textOf(raw.transaction, 300) || textOf(raw.culprit, 300),
    logger: textOf(raw.logger, 100),
    release: textOrNull(raw.release, 200),
    dist: textOrNull(raw.dist, 64),
    environment: textOrNull(raw.environment, 64),
    fingerprint: listOf(raw.fingerprint, 20).map((each) => textOf(each, 300)),
    tags,
    user: userOf(objectOf(raw.user ?? raw['sentry.interfaces.User'])),
    url: textOrNull(request.url, 1000),
    trace: hexId(trace.trace_id),
    span: textOrNull(trace.span_id, 16),
    replay:
      hexId(objectOf(contexts.replay).replay_id) ?? hexId(tags.find(([key]) => key === 'replayId')?.[1]),
    sdk: [objectOf(raw.sdk).name, objectOf(raw.sdk).version]
      .map((each) => textOf(each, 60))
      .join(' ')
      .trim(),
    images: imagesOf(raw),
    raw,
  };
}

function thrownOf(raw: Json, event: Json): Thrown {
  const mechanism = objectOf(raw.mechanism);
  const alone = listOf(event.exception, 2).length === 1;
  return {
    type: textOf(raw.type, 200),
    value: textOf(raw.value, 8192),
    module: textOf(raw.module, 200),
    // Old SDKs put the stack of a single exception beside it.
    frames: framesOf(
      raw.stacktrace ?? (alone ? (event.stacktrace ?? event['sentry.interfaces.Stacktrace']) : null),
    ),
    synthetic: mechanism.synthetic === true,
    handled: mechanism.handled !== false,
  };
}

function userOf(user: Json): string | null {
  for (const key of ['id', 'email', 'username', 'ip_address']) {
    const value = textOf(user[key], 200);
    if (value !== '' && value !== '{{auto}}') return `${key}:${value}`;
  }
  return null;
}

function imagesOf(raw: Json): { file: string; debugId: string }[] {
  return listOf(objectOf(raw.debug_meta).images, 500).flatMap((each) => {
    const image = objectOf(each);
    const debugId = hexId(image.debug_id);
    return image.type === 'sourcemap' && debugId !== null
      ? [{ file: textOf(image.code_file, 2000), debugId }]
      : [];
  });
}
