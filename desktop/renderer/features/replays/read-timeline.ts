/** What a person did and what happened in a recording, from rrweb's events. Nothing of them is trusted. Pure. */

export interface Moment {
  /** ms since the epoch. */
  at: number;
  kind: 'page' | 'click' | 'rage' | 'input' | 'console' | 'network' | 'error' | 'other';
  text: string;
}

const most = 5000;
/** Three clicks on one thing within this time are those of somebody who is angry. */
const rageMs = 1000;

export function readTimeline(events: readonly unknown[]): Moment[] {
  const moments: Moment[] = [];
  for (const event of events) {
    const moment = momentOf(event);
    if (moment !== null && moments.length < most) moments.push(moment);
  }
  moments.sort((one, other) => one.at - other.at);
  return markRage(moments);
}

function momentOf(event: unknown): Moment | null {
  const { type, timestamp, data } = object(event);
  if (typeof timestamp !== 'number') return null;
  const inner = object(data);
  // rrweb's types: 4 says where the page is, 5 is what a recorder adds of its own.
  if (type === 4) return { at: timestamp, kind: 'page', text: text(inner.href) };
  if (type !== 5) return null;
  const payload = object(inner.payload);
  const details = object(payload.data);
  switch (inner.tag) {
    case 'performanceSpan':
      return text(payload.op).startsWith('resource.')
        ? {
            at: typeof payload.startTimestamp === 'number' ? payload.startTimestamp * 1000 : timestamp,
            kind: 'network',
            text: [text(details.method), text(payload.description), text(details.statusCode)]
              .filter(Boolean)
              .join(' '),
          }
        : null;
    case 'breadcrumb':
      return {
        at: timestamp,
        kind: kindOf(text(payload.category)),
        text: text(payload.message) || text(payload.category),
      };
    default:
      return null;
  }
}

function kindOf(category: string): Moment['kind'] {
  if (category === 'ui.click') return 'click';
  if (category === 'ui.multiClick' || category === 'ui.slowClickDetected') return 'rage';
  if (category === 'ui.input' || category === 'ui.keyDown') return 'input';
  if (category === 'console') return 'console';
  if (category === 'navigation') return 'page';
  if (category.startsWith('sentry.') || category === 'exception') return 'error';
  if (category === 'fetch' || category === 'xhr') return 'network';
  return 'other';
}

function markRage(moments: Moment[]): Moment[] {
  const clicks = moments.filter(({ kind }) => kind === 'click');
  for (const [at, click] of clicks.entries()) {
    const third = clicks[at + 2];
    const same = clicks.slice(at, at + 3).every(({ text: on }) => on === click.text);
    if (third !== undefined && same && third.at - click.at <= rageMs) third.kind = 'rage';
  }
  return moments;
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 500) : typeof value === 'number' ? String(value) : '';
}
