/** What is decided about the machine, without a machine. */

import { describe, expect, test } from 'bun:test';
import type { Vitals } from '../../shared/vitals/contract.ts';
import type { Notice } from '../kernel/notice.ts';
import { type AlarmName, judge, quiet } from './alarms.ts';
import { hoursUntilFull } from './forecast.ts';
import { between } from './minute.ts';
import type { Reading } from './reading.ts';
import { createWatcher } from './watcher.ts';

const gigabyte = 1e9;
const start: Reading = {
  at: 1_800_000_000_000,
  monotonic: 1000,
  cpuTotal: 0,
  cpuIdle: 0,
  memoryTotal: 4 * gigabyte,
  memoryAvailable: 2 * gigabyte,
  swapTotal: 0,
  swapFree: 0,
  diskTotal: 100 * gigabyte,
  diskUsed: 40 * gigabyte,
  load: 0.5,
  received: 1000,
  sent: null,
  read: 0,
  written: 0,
};

describe('between two readings', () => {
  test('rates_are_by_the_clock_that_never_jumps_and_unknowns_stay_unknown', () => {
    const later = {
      ...start,
      at: start.at + 99_000,
      monotonic: 11_000,
      received: 6000,
      cpuTotal: 200,
      cpuIdle: 150,
    };
    expect(between(start, later)).toMatchObject({ cpu: 0.25, received: 500, sent: null });
  });
  test('a_counter_that_went_back_counts_as_nothing', () => {
    expect(between(start, { ...start, monotonic: 11_000, received: 10 })).toMatchObject({
      received: 0,
      cpu: 0,
    });
  });
});

test('an_alarm_opens_after_its_minutes_and_does_not_flutter_between_its_two_limits', () => {
  const high = { open: true, close: false, minutes: 3 };
  const between = { open: false, close: false, minutes: 3 };
  const low = { open: false, close: true, minutes: 3 };
  const events: (string | null)[] = [];
  let state = quiet;
  for (const rule of [
    high,
    high,
    low,
    high,
    high,
    high,
    between,
    between,
    between,
    low,
    low,
    high,
    low,
    low,
    low,
  ]) {
    const judged = judge(state, rule);
    state = judged.state;
    events.push(judged.event);
  }
  expect(events.flatMap((event, minute) => (event === null ? [] : [`${minute} ${event}`]))).toEqual([
    '5 opened',
    '14 resolved',
  ]);
});

describe('when the disk is full', () => {
  const filling = (bytesPerHour: number, hours: number) =>
    Array.from({ length: hours * 60 }, (_, minute) => ({
      at: minute * 60_000,
      disk: 50 * gigabyte + (bytesPerHour * minute) / 60,
    }));
  test('follows_from_its_pace', () => {
    const points = filling(2 * gigabyte, 5);
    const left = (100 * gigabyte - (points.at(-1)?.disk ?? 0)) / (2 * gigabyte);
    expect(hoursUntilFull(points, 100 * gigabyte)).toBeCloseTo(left, 3);
  });
  test('is_never_where_it_does_not_fill_or_too_little_is_known', () => {
    expect(hoursUntilFull(filling(0, 5), 100 * gigabyte)).toBeNull();
    expect(hoursUntilFull(filling(-1, 5), 100 * gigabyte)).toBeNull();
    expect(hoursUntilFull(filling(gigabyte, 5).slice(0, 30), 100 * gigabyte)).toBeNull();
    expect(hoursUntilFull([], 1)).toBeNull();
  });
});

describe('the watcher', () => {
  function watch(open: readonly AlarmName[] = []) {
    let reading = start;
    const notices: Notice[] = [];
    const minutes: Vitals[] = [];
    let kept = open;
    const watcher = createWatcher({
      read: () => reading,
      apps: () => [{ app: 'shop', environment: 'production', cpu: 0.5, memory: 1 }],
      store: { add: (minute) => void minutes.push(minute), latest: () => minutes },
      openAlarms: { read: () => kept, write: (names) => (kept = names) },
      cores: 2,
      bootedAt: 0,
      raise: (notice) => void notices.push(notice),
    });
    return {
      notices,
      minutes,
      watcher,
      kept: () => kept,
      /** Ten seconds at a time. */
      pass(count: number, change: Partial<Reading> = {}) {
        for (let look = 0; look < count; look++) {
          reading = { ...reading, at: reading.at + 10_000, monotonic: reading.monotonic + 10_000, ...change };
          watcher.look();
        }
      },
      jump(ms: number) {
        reading = { ...reading, at: reading.at + ms };
      },
    };
  }

  test('makes_one_minute_of_six_looks_and_names_it_by_its_begin', () => {
    const { pass, minutes } = watch();
    pass(13);
    expect(minutes.map(({ at }) => at)).toEqual([start.at, start.at + 60_000]);
  });
  test('tells_once_that_memory_runs_out_and_once_that_it_is_over', () => {
    const { pass, notices, kept } = watch();
    pass(6 * 12, { memoryAvailable: 0.1 * gigabyte });
    expect(notices.map(({ state, subject }) => `${state} ${subject}`)).toEqual(['opened server:memory']);
    expect(notices[0]?.text).toContain('95 MB of 3.7 GB');
    expect(kept()).toEqual(['memory']);
    pass(6 * 12, { memoryAvailable: 2 * gigabyte });
    expect(notices.map(({ state }) => state)).toEqual(['opened', 'resolved']);
    expect(kept()).toEqual([]);
  });
  test('an_alarm_that_was_open_before_a_restart_is_closed_after_it_and_not_opened_again', () => {
    const still = watch(['memory']);
    still.pass(6 * 12, { memoryAvailable: 0.1 * gigabyte });
    expect(still.notices).toEqual([]);
    still.pass(6 * 12, { memoryAvailable: 2 * gigabyte });
    expect(still.notices.map(({ state }) => state)).toEqual(['resolved']);
  });
  test('a_clock_that_was_set_is_told_and_small_steps_are_not', () => {
    const { pass, jump, notices } = watch();
    pass(2);
    jump(900);
    pass(2);
    expect(notices).toEqual([]);
    jump(-3_600_000);
    pass(1);
    expect(notices.map(({ title }) => title)).toEqual(["The server's clock jumped 3600 s back"]);
  });
});
