import { expect, test } from 'bun:test';
import type { Maintenance } from '../../shared/uptime/maintenance.ts';
import { isMaintained, isWithin, nextBegin } from './maintenance.ts';

const weekly = (from: string, minutes: number, days = [0, 1, 2, 3, 4, 5, 6]): Maintenance['when'] => ({
  kind: 'weekly',
  ...{ days, from, minutes, timezone: 'Europe/Berlin' },
});
const hour = 3_600_000;
const within = (when: Maintenance['when'], from: number, hours: number) =>
  Array.from({ length: hours * 4 }, (_, index) => from + (index * hour) / 4).filter((at) =>
    isWithin(when, at),
  );

test('a_window_is_kept_to_the_minute_over_midnight_and_on_its_days_only', () => {
  const sunday = weekly('23:30', 60, [0]);
  const begin = Date.UTC(2026, 4, 3, 21, 30);
  expect([begin - 1, begin, begin + hour - 1, begin + hour].map((at) => isWithin(sunday, at))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(isWithin(sunday, begin + 24 * hour)).toBe(false);
  expect(nextBegin(sunday, begin + 1)).toBe(begin + 7 * 24 * hour);
});

test('a_window_lasts_its_hour_also_in_the_nights_the_clock_is_changed', () => {
  const night = weekly('01:30', 60);
  // 29 March 2026: 01:30 is 00:30 UTC, and an hour later it is 03:30.
  expect(within(night, Date.UTC(2026, 2, 28, 22), 8)).toHaveLength(4);
  expect(isWithin(night, Date.UTC(2026, 2, 29, 0, 30))).toBe(true);
  expect(isWithin(night, Date.UTC(2026, 2, 29, 1, 30))).toBe(false);
  // 25 October 2026: 01:30 is 23:30 UTC the day before.
  expect(within(night, Date.UTC(2026, 9, 24, 21), 8)).toHaveLength(4);
  expect(isWithin(night, Date.UTC(2026, 9, 24, 23, 30))).toBe(true);
});

test('windows_are_for_their_checks_or_for_all', () => {
  const when: Maintenance['when'] = { kind: 'once', from: 10, to: 20 };
  const window = (checks: number[]): Maintenance => ({ id: 1, title: 'x', checks, when });
  expect(isMaintained([window([])], 7, 15)).toBe(true);
  expect(isMaintained([window([8])], 7, 15)).toBe(false);
  expect(isMaintained([window([7])], 7, 20)).toBe(false);
});
