/** When a monitor's next check-in has to be there, by the schedule its client sent. Pure. */

import { numberOr, objectOf, textOf } from '../event/text.ts';

const minuteMs = 60_000;
/** Months and years at their longest: nobody is told too early. */
const unitMs: Readonly<Record<string, number>> = {
  minute: minuteMs,
  hour: 60 * minuteMs,
  day: 1440 * minuteMs,
  week: 7 * 1440 * minuteMs,
  month: 31 * 1440 * minuteMs,
  year: 366 * 1440 * minuteMs,
};
const usualMargin = 1;
const mostMargin = 40_320;

/**
 * `schedule` is Sentry's `monitor_config` as JSON (develop.sentry.dev, Check-Ins), `after` the last check-in in ms. With the
 * margin it allows. Null where it has no schedule, or one that cannot be read.
 */
export function dueAfter(schedule: string, after: number): number | null {
  const config = objectOf(parsed(schedule));
  const { type, value, unit } = objectOf(config.schedule);
  const margin = Math.min(mostMargin, Math.max(0, numberOr(config.checkin_margin, usualMargin))) * minuteMs;
  if (type === 'interval') {
    const every = numberOr(value, 0) * (unitMs[textOf(unit, 10)] ?? 0);
    return every >= minuteMs && Number.isSafeInteger(every) ? after + every + margin : null;
  }
  if (type !== 'crontab') return null;
  try {
    const next = Bun.cron.parse(textOf(value, 100), after, { tz: textOf(config.timezone, 60) || 'UTC' });
    return next === null ? null : next.getTime() + margin;
  } catch {
    return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What was too long was cut.
    return null;
  }
}
