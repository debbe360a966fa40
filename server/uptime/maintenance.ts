/** Whether something is under maintenance at a moment, in the time zone people planned it in. Pure. */

import type { Maintenance } from '../../shared/uptime/maintenance.ts';

const minuteMs = 60_000;

/** Whether `at` (ms since the epoch) is within the window, for the check. */
export function isMaintained(windows: readonly Maintenance[], check: number, at: number): boolean {
  return windows.some(
    (window) => (window.checks.length === 0 || window.checks.includes(check)) && isWithin(window.when, at),
  );
}

/**
 * A weekly window begins at its time of day on its days and lasts its minutes of real time, also where the clock is
 * changed meanwhile; where the change skips its time, it begins with the change.
 */
export function isWithin(when: Maintenance['when'], at: number): boolean {
  if (when.kind === 'once') return at >= when.from && at < when.to;
  const begin = lastBegin(when, at);
  return begin !== null && at < begin + when.minutes * minuteMs;
}

/** The next window's begin within a week; null where it is not weekly, or over. */
export function nextBegin(when: Maintenance['when'], at: number): number | null {
  if (when.kind === 'once') return when.from > at ? when.from : null;
  for (let ahead = 1; ahead <= 8; ahead++) {
    const begin = lastBegin(when, at + ahead * 86_400_000);
    if (begin !== null && begin > at) return begin;
  }
  return null;
}

function lastBegin(when: Extract<Maintenance['when'], { kind: 'weekly' }>, at: number): number | null {
  const [hours = 0, minutes = 0] = when.from.split(':').map(Number);
  const from = hours * 60 + minutes;
  const local = localTime(at, when.timezone);
  for (let back = 0; back <= 1; back++) {
    if (!when.days.includes((local.day - back + 7) % 7)) continue;
    const passed = local.minutes - from + back * 1440;
    if (passed < 0) continue;
    const guess = Math.floor(at / minuteMs) * minuteMs - passed * minuteMs;
    // Where the clock was changed in between, the guess is off by what it was changed by.
    const shift = offsetOf(guess, when.timezone) - offsetOf(at, when.timezone);
    return guess - shift;
  }
  return null;
}

/** Local time minus UTC, ms. */
function offsetOf(at: number, timezone: string): number {
  const parts = partsOf(at, timezone);
  const local = Date.UTC(parts.year, parts.month - 1, parts.dayOfMonth, parts.hour, parts.minute);
  return local - Math.floor(at / minuteMs) * minuteMs;
}

function localTime(at: number, timezone: string): { day: number; minutes: number } {
  const { year, month, dayOfMonth, hour, minute } = partsOf(at, timezone);
  return { day: new Date(Date.UTC(year, month - 1, dayOfMonth)).getUTCDay(), minutes: hour * 60 + minute };
}

function partsOf(at: number, timezone: string) {
  let format = formats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone: timezone, hourCycle: 'h23' },
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    });
    formats.set(timezone, format);
  }
  const [dayOfMonth = 1, month = 1, year = 1970, hour = 0, minute = 0] =
    format.format(at).match(/\d+/g)?.map(Number) ?? [];
  return { year, month, dayOfMonth, hour, minute };
}

const formats = new Map<string, Intl.DateTimeFormat>();
