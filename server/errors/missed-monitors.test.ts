import { expect, test } from 'bun:test';
import { type DeskRig, deskRig, envelope } from './desk-rig.ts';
import { createDueWatch } from './due-watch.ts';
import { dueAfter } from './intake/check-in-due.ts';
import { answer } from './questions.ts';
import type { Missed } from './store/missed-monitors.ts';

const minute = 60_000;
const at = Date.UTC(2026, 5, 1, 12, 10);
const config = (schedule: object, more: object = {}) => JSON.stringify({ schedule, ...more });
const hourly = { schedule: { type: 'interval', value: 1, unit: 'hour' }, checkin_margin: 5 };

function checkIn(rig: DeskRig, status: string, more: object = { monitor_config: hourly }): void {
  rig.submit(envelope({}, ['check_in', { monitor_slug: 'nightly', status, ...more }]));
}

const look = (rig: DeskRig, afresh = false) =>
  answer(rig.desk, { name: 'missed', now: rig.now, afresh }) as Missed;

test.each([
  ['an interval', config({ type: 'interval', value: 2, unit: 'hour' }), at + 121 * minute],
  [
    'a margin',
    config({ type: 'interval', value: 10, unit: 'minute' }, { checkin_margin: 3 }),
    at + 13 * minute,
  ],
  ['a crontab', config({ type: 'crontab', value: '0 * * * *' }), at + 51 * minute],
  [
    'a time zone',
    config({ type: 'crontab', value: '0 15 * * *' }, { timezone: 'Europe/Berlin' }),
    at + 51 * minute,
  ],
  ['no schedule', '{}', null],
  ['no crontab', config({ type: 'crontab', value: 'often' }), null],
  ['no time zone', config({ type: 'crontab', value: '0 * * * *' }, { timezone: 'Nowhere/Else' }), null],
  ['no unit', config({ type: 'interval', value: 1, unit: 'moon' }), null],
  ['no time at all', config({ type: 'interval', value: 0, unit: 'minute' }), null],
  ['what was cut off', '{"schedule":{"type":"cron', null],
])('%s_says_when_a_check_in_is_due', (_, schedule, due) => {
  expect(dueAfter(schedule, at)).toBe(due);
});

test('a_check_in_that_does_not_come_is_told_once_and_the_next_one_ends_it', () => {
  using rig = deskRig();
  checkIn(rig, 'ok');
  expect(rig.happened).toEqual([{ kind: 'check-in-due', project: 1, at: rig.now + 65 * minute }]);
  const heard = rig.now;
  rig.now += 65 * minute;
  expect(look(rig)).toEqual({ happened: [], next: rig.now });
  rig.now += 1;
  const missed = { kind: 'monitor-missed', project: 1, slug: 'nightly' } as const;
  expect(look(rig)).toEqual({ happened: [{ ...missed, missed: true, lastAt: heard }], next: null });
  expect(answer(rig.desk, { name: 'monitors', project: 1 })).toMatchObject({
    monitors: [{ state: 'missed' }],
  });
  rig.now += 1000 * minute;
  expect(look(rig)).toEqual({ happened: [], next: null });
  // Without its schedule, which is known by now.
  checkIn(rig, 'in_progress', {});
  expect(rig.happened.slice(1)).toEqual([
    { kind: 'check-in-due', project: 1, at: rig.now + 65 * minute },
    { ...missed, missed: false, lastAt: rig.now },
  ]);
});

test('what_came_in_time_is_no_miss_and_without_a_schedule_none_is_waited_for', () => {
  using rig = deskRig();
  checkIn(rig, 'ok', { monitor_slug: 'loose' });
  expect(look(rig)).toEqual({ happened: [], next: null });
  for (let hour = 0; hour < 5; hour++) {
    checkIn(rig, 'ok');
    rig.now += 60 * minute;
    expect(look(rig).happened).toEqual([]);
  }
});

test('while_nobody_was_there_to_hear_it_no_check_in_was_missed', () => {
  using rig = deskRig();
  checkIn(rig, 'ok');
  rig.now += 600 * minute;
  expect(look(rig, true)).toEqual({ happened: [], next: rig.now + 65 * minute });
  rig.now += 66 * minute;
  expect(look(rig).happened).toHaveLength(1);
});

test('there_is_no_timer_without_a_monitor_one_with_many_and_none_below_ten_seconds', async () => {
  let now = at;
  let looked = 0;
  let next: number | null = null;
  const timers: { ms: number; then: () => void }[] = [];
  const watch = createDueWatch({
    now: () => now,
    look: async () => {
      looked++;
      return next;
    },
    wait: (ms, then) => {
      const timer = { ms, then };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  });
  const fire = async () => {
    const [timer] = timers.splice(0);
    now += timer?.ms ?? 0;
    timer?.then();
    await Promise.resolve();
    await Promise.resolve();
  };
  expect(timers).toEqual([]);
  watch.expect(now + 1);
  watch.expect(now + 90_000);
  expect(timers.map(({ ms }) => ms)).toEqual([10_000]);
  next = now + 90_000;
  await fire();
  expect([looked, ...timers.map(({ ms }) => ms)]).toEqual([1, 60_000]);
  await fire();
  expect([looked, ...timers.map(({ ms }) => ms)]).toEqual([1, 20_001]);
  next = null;
  await fire();
  expect(looked).toBe(2);
  expect(timers).toEqual([]);
  watch.expect(now + minute);
  watch.stop();
  expect(timers).toEqual([]);
});
