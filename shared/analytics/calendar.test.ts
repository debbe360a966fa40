import { expect, test } from 'bun:test';
import { intervalStarts } from './calendar.ts';

const iso = (at: number) => new Date(at).toISOString();
const at = (text: string) => Date.parse(text);

test('days_of_a_zone_are_23_and_25_hours_long_when_the_clock_changes', () => {
  const range = { from: at('2026-03-28T12:00:00Z'), to: at('2026-03-30T12:00:00Z') };
  expect(intervalStarts(range, 'day', 'Europe/Berlin').map(iso)).toEqual([
    '2026-03-27T23:00:00.000Z',
    '2026-03-28T23:00:00.000Z',
    '2026-03-29T22:00:00.000Z',
  ]);
  const autumn = { from: at('2026-10-24T22:00:00Z'), to: at('2026-10-27T00:00:00Z') };
  const [first = 0, second = 0, third = 0] = intervalStarts(autumn, 'day', 'Europe/Berlin');
  expect([second - first, third - second]).toEqual([25 * 3_600_000, 24 * 3_600_000]);
});

test('weeks_begin_on_monday_and_months_on_their_first', () => {
  const range = { from: at('2026-02-11T00:00:00Z'), to: at('2026-03-02T00:00:00Z') };
  expect(
    intervalStarts(range, 'week', 'UTC')
      .map(iso)
      .map((text) => text.slice(0, 10)),
  ).toEqual(['2026-02-09', '2026-02-16', '2026-02-23']);
  expect(intervalStarts(range, 'month', 'America/New_York').map(iso)).toEqual([
    '2026-02-01T05:00:00.000Z',
    '2026-03-01T05:00:00.000Z',
  ]);
});

test('hours_of_a_zone_with_a_half_hour_begin_at_its_own_full_hour', () => {
  const range = { from: at('2026-01-01T00:00:00Z'), to: at('2026-01-01T01:00:00Z') };
  expect(intervalStarts(range, 'hour', 'Asia/Kolkata').map(iso)).toEqual([
    '2025-12-31T23:30:00.000Z',
    '2026-01-01T00:30:00.000Z',
  ]);
});

test('a_midnight_that_the_clock_skips_is_the_moment_after_it', () => {
  // In Santiago the clock went from 23:59:59 to 01:00 on 6 September 2026.
  const range = { from: at('2026-09-05T12:00:00Z'), to: at('2026-09-07T12:00:00Z') };
  const starts = intervalStarts(range, 'day', 'America/Santiago');
  expect(starts.map(iso)).toEqual([
    '2026-09-05T04:00:00.000Z',
    '2026-09-06T04:00:00.000Z',
    '2026-09-07T03:00:00.000Z',
  ]);
});
