/** When a quiet time is over, in a person's own time zone. Pure. */

import type { Rule } from '../../shared/notify/rule.ts';

const minuteMs = 60_000;
const dayMinutes = 1440;

/** The moment the quiet around `at` ends (ms since the epoch); null where it is not quiet then. */
export function endOfQuiet(quiet: NonNullable<Rule['quiet']>, at: number): number | null {
  const from = minutesOf(quiet.from);
  const to = minutesOf(quiet.to);
  const inside = (moment: number) => {
    const local = localMinutes(moment, quiet.timezone);
    return from <= to ? local >= from && local < to : local >= from || local < to;
  };
  if (!inside(at)) return null;
  let end = Math.floor(at / minuteMs) * minuteMs;
  // The clock may be put back in the night, so that the quiet time comes twice.
  while (inside(end) && end - at < 2 * dayMinutes * minuteMs) {
    const left = (to - localMinutes(end, quiet.timezone) + dayMinutes) % dayMinutes;
    end += (left || dayMinutes) * minuteMs;
  }
  // Or forward, so that it ends an hour of the clock, but no time, earlier.
  while (end - 15 * minuteMs > at && !inside(end - 15 * minuteMs)) end -= 15 * minuteMs;
  return end;
}

export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function localMinutes(at: number, timezone: string): number {
  const text = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
  return minutesOf(text);
}
