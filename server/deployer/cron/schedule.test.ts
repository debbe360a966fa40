/** When scheduled commands are due: over changes of daylight saving time, and after the server was away. */

import { describe, expect, test } from 'bun:test';
import { turn } from './overlap.ts';
import { checkSchedules, due, nextTime, scheduledJobs } from './schedule.ts';

const at = (text: string) => Date.parse(text);
const berlin = (schedule: string) => ({ schedule, timezone: 'Europe/Berlin' });
const utc = (schedule: string) => ({ schedule, timezone: 'UTC' });

/** Every time from `from` up to `to`. */
function times(job: { schedule: string; timezone: string }, from: string, to: string): string[] {
  const found: string[] = [];
  for (let time = nextTime(job, at(from)); time !== null && time <= at(to); time = nextTime(job, time)) {
    found.push(new Date(time).toISOString());
  }
  return found;
}

describe('daylight saving time', () => {
  test('a_time_in_the_hour_that_is_left_out_comes_once_that_day', () => {
    expect(times(berlin('30 2 * * *'), '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z')).toEqual([
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });
  test('a_time_in_the_hour_that_comes_twice_comes_once', () => {
    expect(times(berlin('30 2 * * *'), '2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z')).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });
  test('the_same_hour_of_the_day_all_year', () => {
    expect(times(berlin('0 3 * * *'), '2026-03-28T00:00:00Z', '2026-03-29T23:00:00Z')).toEqual([
      '2026-03-28T02:00:00.000Z',
      '2026-03-29T01:00:00.000Z',
    ]);
  });
  test('every_quarter_of_an_hour_goes_on_through_the_hour_that_comes_twice', () => {
    expect(times(berlin('*/15 * * * *'), '2026-10-25T00:00:00Z', '2026-10-25T02:00:00Z')).toHaveLength(8);
  });
  test('a_day_with_23_hours_has_23_hourly_runs', () => {
    expect(times(berlin('0 * * * *'), '2026-03-28T22:59:00Z', '2026-03-29T21:59:00Z')).toHaveLength(23);
  });
});

describe('after an absence', () => {
  const nightly = utc('0 3 * * *');
  test('a_run_due_within_the_last_hour_is_made_up_for_once_and_told_as_late', () => {
    const found = due(nightly, at('2026-01-01T12:00:00Z'), at('2026-01-02T03:40:00Z'));
    expect(found).toEqual({
      kind: 'run',
      at: at('2026-01-02T03:00:00Z'),
      late: true,
      next: at('2026-01-03T03:00:00Z'),
    });
    expect(due(nightly, at('2026-01-02T03:40:00Z'), at('2026-01-02T03:41:00Z')).kind).toBe('none');
  });
  test('one_due_longer_ago_is_missed_and_not_run', () => {
    expect(due(nightly, at('2026-01-01T12:00:00Z'), at('2026-01-02T04:00:01Z'))).toMatchObject({
      kind: 'missed',
      at: at('2026-01-02T03:00:00Z'),
    });
  });
  test('of_many_that_were_due_only_the_last_one_runs', () => {
    expect(due(utc('* * * * *'), at('2026-01-01T00:00:00Z'), at('2026-01-09T00:00:30Z'))).toMatchObject({
      kind: 'run',
      at: at('2026-01-09T00:00:00Z'),
      late: false,
    });
  });
  test('a_clock_set_back_a_little_runs_nothing_twice_and_one_set_back_a_lot_does_not_stop_the_schedule', () => {
    const minutely = utc('* * * * *');
    expect(due(minutely, at('2026-01-01T12:00:30Z'), at('2026-01-01T12:00:10Z')).kind).toBe('none');
    expect(due(minutely, at('2027-01-01T00:00:00Z'), at('2026-01-01T12:00:10Z'))).toMatchObject({
      kind: 'none',
      next: at('2026-01-01T12:01:00Z'),
    });
  });
});

describe('the configuration', () => {
  const cron = (schedule: string, timezone = 'UTC') => ({ cron: [{ schedule, command: 'x', timezone }] });
  test('what_is_no_schedule_is_refused_with_the_name_of_its_job', () => {
    expect(() => checkSchedules(cron('61 * * * *'))).toThrow(
      'windlass.json, cron "x": "61 * * * *" is not a schedule',
    );
    expect(() => checkSchedules(cron('0 0 30 2 *'))).toThrow('is a time that never comes');
    expect(() => checkSchedules(cron('@daily', 'Mars/Olympus'))).toThrow('there is no time zone');
    expect(() => checkSchedules(cron('*/5 9-17 * * MON-FRI', 'Europe/Berlin'))).not.toThrow();
  });
  test('jobs_are_named_by_their_words_and_never_alike', () => {
    const command = 'node ./tidy.js --all';
    const jobs = scheduledJobs({
      cron: [
        { schedule: '@daily', command },
        { schedule: '@hourly', command },
        { schedule: '@daily', command: '~' },
      ],
    });
    expect(jobs.map((job) => job.name)).toEqual(['node-tidy-js-all', 'node-tidy-js-all-2', 'job']);
    expect(jobs[0]).toMatchObject({ timezone: 'UTC', overlap: 'skip', timeout: 3600 });
  });
});

test('overlap_decides_what_a_run_does_while_another_goes_on', () => {
  expect(turn('skip', 1, 0).kind).toBe('skip');
  expect(turn('skip', 0, 0).kind).toBe('run');
  expect(turn('queue', 1, 0).kind).toBe('run');
  expect(turn('queue', 1, 1).kind).toBe('skip');
  expect(turn('allow', 9, 0).kind).toBe('run');
  expect(turn('allow', 10, 0).kind).toBe('skip');
});
