/** `--since`: a time in the past, as a span (`1h`, `30m`) or a date. */

import { UsageError } from './usage-error.ts';

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Ms since the epoch. Spans add up (`1h30m`); dates are ISO 8601, local time where they name no zone. */
export function parseSince(text: string, now: number): number {
  if (/^(\d+(\.\d+)?[smhd])+$/.test(text)) {
    let span = 0;
    for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)([smhd])/g)) {
      span += Number(amount) * (units[unit ?? ''] ?? 0);
    }
    return Math.round(now - span);
  }
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  if (Number.isNaN(date)) {
    throw new UsageError(
      `--since does not understand "${text}"`,
      'Write a span like 30m, 1h or 2d, or a date like 2026-01-31T08:00.',
    );
  }
  return date;
}
