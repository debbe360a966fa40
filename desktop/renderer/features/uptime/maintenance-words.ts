/** When planned work is, in words. Pure. */

import type { Maintenance } from '../../../../shared/uptime/maintenance.ts';

export const dayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

const moment = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'short',
  hourCycle: 'h23',
});

export function whenText(when: Maintenance['when']): string {
  if (when.kind === 'once') return `${moment.format(when.from)} to ${moment.format(when.to)}`;
  const days = when.days.length === 7 ? 'every day' : when.days.map((day) => dayNames[day]).join(', ');
  return `${days} at ${when.from} (${when.timezone}), ${when.minutes} min`;
}
