/** The times a person may look at, and what they are compared with. Pure. */

import { intervalStart } from '../../../../shared/analytics/calendar.ts';
import type { Interval, Range } from '../../../../shared/analytics/query.ts';

export const spanNames = ['Today', '24 hours', '7 days', '30 days', '12 months'] as const;
export type SpanName = (typeof spanNames)[number];

export interface Span {
  readonly range: Range;
  /** As long, right before it. */
  readonly before: Range;
  readonly interval: Interval;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Up to the end of the running interval, so that what comes in now is within. */
export function spanOf(name: SpanName, now: number, zone: string): Span {
  const startOf = (at: number, interval: Interval) => intervalStart(at, interval, zone);
  const to =
    name === 'Today' || name === '24 hours' ? startOf(now, 'hour') + hourMs : startOf(now, 'day') + dayMs;
  switch (name) {
    case 'Today': {
      const from = startOf(now, 'day');
      return { range: { from, to }, before: { from: from - dayMs, to: to - dayMs }, interval: 'hour' };
    }
    case '24 hours':
      return both(to - dayMs, to, 'hour');
    case '7 days':
      return both(startOf(now - 6 * dayMs, 'day'), to, 'day');
    case '30 days':
      return both(startOf(now - 29 * dayMs, 'day'), to, 'day');
    case '12 months':
      return both(startOf(now - 364 * dayMs, 'month'), to, 'month');
  }
}

function both(from: number, to: number, interval: Interval): Span {
  return { range: { from, to }, before: { from: 2 * from - to, to: from }, interval };
}

/** `axis` is short, `full` stands alone. */
export function timeText(at: number, how: 'axis' | 'full', interval: Interval): string {
  const date = new Date(at);
  if (interval === 'hour') {
    return how === 'axis'
      ? date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
      : date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });
  }
  if (interval === 'month') {
    return date.toLocaleDateString(undefined, { month: how === 'axis' ? 'short' : 'long', year: 'numeric' });
  }
  return date.toLocaleDateString(
    undefined,
    how === 'axis' ? { day: 'numeric', month: 'short' } : { dateStyle: 'full' },
  );
}
