/** Where hours, days, weeks and months of a time zone begin, daylight saving included. Pure. */

import type { Interval, Range } from './query.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The starts of every interval that touches the range, the first at or before its start. */
export function intervalStarts({ from, to }: Range, interval: Interval, zone: string): number[] {
  const starts: number[] = [];
  let at = intervalStart(from, interval, zone);
  while (at < to && starts.length < mostStarts) {
    starts.push(at);
    at = nextStart(at, interval, zone);
  }
  return starts;
}

const mostStarts = 100_000;

/** The start of the interval that `at` lies in. */
export function intervalStart(at: number, interval: Interval, zone: string): number {
  const step = fixedMs(interval);
  if (step !== null) {
    // Zones differ from UTC by whole quarters of an hour, and by whole hours not always.
    const offset = offsetAt(at, zone);
    return Math.floor((at + offset) / step) * step - offset;
  }
  return fromLocal(localStart(at + offsetAt(at, zone), interval), zone);
}

function nextStart(at: number, interval: Interval, zone: string): number {
  const step = fixedMs(interval);
  if (step !== null) return at + step;
  const local = new Date(localStart(at + offsetAt(at, zone), interval));
  if (interval === 'month') local.setUTCMonth(local.getUTCMonth() + 1);
  else local.setUTCDate(local.getUTCDate() + (interval === 'week' ? 7 : 1));
  return fromLocal(local.getTime(), zone);
}

function fixedMs(interval: Interval): number | null {
  return interval === 'minute' ? minuteMs : interval === 'hour' ? hourMs : null;
}

/** In local ms: as if local time were UTC. Weeks begin on Monday (ISO 8601). */
function localStart(local: number, interval: Interval): number {
  const day = Math.floor(local / dayMs) * dayMs;
  if (interval === 'week') return day - ((new Date(day).getUTCDay() + 6) % 7) * dayMs;
  if (interval === 'month') return day - (new Date(day).getUTCDate() - 1) * dayMs;
  return day;
}

/** The first moment of a local time; where the clock skips it, the moment of the skip. */
function fromLocal(local: number, zone: string): number {
  const early = local - offsetAt(local - dayMs, zone);
  const guess = local - offsetAt(early, zone);
  return local - offsetAt(guess, zone) === guess ? guess : Math.max(guess, early);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Of the zone at that moment, ms east of UTC. */
function offsetAt(at: number, zone: string): number {
  if (zone === 'UTC') return 0;
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}
