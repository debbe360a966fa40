/** What a person did and what happened in a recording, from rrweb's events. Nothing of them is trusted. Pure. */

export interface Moment {
  /** ms since the epoch. */
  at: number;
  /** `rage`: clicked again and again. `dead`: clicked, and nothing came of it. */
  kind: 'page' | 'click' | 'rage' | 'dead' | 'input' | 'console' | 'network' | 'error' | 'other';
  text: string;
}

const most = 5000;
/** So many clicks on one thing within this time are those of somebody who is angry. */
const rageMs = 1000;
const rageClicks = 3;

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
        kind: kindOf(text(payload.category), details),
        text: text(payload.message) || text(payload.category),
      };
    default:
      return null;
  }
}

function kindOf(category: string, details: Readonly<Record<string, unknown>>): Moment['kind'] {
  if (category === 'ui.click') return 'click';
  if (category === 'ui.multiClick') return 'rage';
  if (category === 'ui.slowClickDetected') {
    return Number(details.clickCount) >= rageClicks
      ? 'rage'
      : details.endReason === 'timeout'
        ? 'dead'
        : 'other';
  }
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
    const third = clicks[at + rageClicks - 1];
    const same = clicks.slice(at, at + rageClicks).every(({ text: on }) => on === click.text);
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
