import { expect, test } from 'bun:test';
import type { Rule } from '../../shared/notify/rule.ts';
import { endOfQuiet } from './quiet-hours.ts';
import { aNotice } from './room.fixture.ts';
import { route } from './routing.ts';

const at = Date.UTC(2026, 4, 4, 9);
const rule = (change: Partial<Rule> = {}): Rule => ({
  id: 1,
  name: 'r',
  channels: [1],
  kinds: [],
  apps: [],
  severity: 'warning',
  recovery: true,
  quiet: null,
  groupSeconds: 0,
  escalation: null,
  ...change,
});
const channelsOf = (...given: Parameters<typeof route>) => route(...given).map((each) => each.channel);

test('without_rules_every_channel_hears_what_matters_and_nothing_else', () => {
  expect(channelsOf(aNotice(at), [], [1, 2], [])).toEqual([1, 2]);
  expect(channelsOf({ ...aNotice(at), severity: 'info', state: 'news' }, [], [1, 2], [])).toEqual([]);
});

test('rules_select_by_kind_app_and_severity', () => {
  const rules = [
    rule({ kinds: ['deployment.*'] }),
    rule({ channels: [2], kinds: ['check.down'], apps: ['shop'] }),
  ];
  expect(channelsOf(aNotice(at), rules, [1, 2], [])).toEqual([2]);
  expect(channelsOf({ ...aNotice(at), app: 'other' }, rules, [1, 2], [])).toEqual([]);
  expect(channelsOf({ ...aNotice(at), kind: 'deployment.failed', app: null }, rules, [1, 2], [])).toEqual([
    1,
  ]);
  expect(channelsOf(aNotice(at), [rule({ severity: 'critical' })], [1], [])).toEqual([1]);
  expect(
    channelsOf({ ...aNotice(at), severity: 'warning' }, [rule({ severity: 'critical' })], [1], []),
  ).toEqual([]);
});

test('the_end_is_told_to_those_who_heard_of_the_beginning_and_to_nobody_else', () => {
  const over = { ...aNotice(at), state: 'resolved', severity: 'info' } as const;
  expect(channelsOf(over, [rule({ channels: [1, 2] })], [1, 2], [2])).toEqual([2]);
  expect(channelsOf(over, [rule({ channels: [1, 2], recovery: false })], [1, 2], [1, 2])).toEqual([]);
});

test('an_escalation_comes_later_and_only_if_it_is_still_open', () => {
  const planned = route(
    aNotice(at),
    [rule({ escalation: { afterMinutes: 10, channels: [1, 2] } })],
    [1, 2],
    [],
  );
  expect(planned).toEqual([
    { channel: 1, notBefore: at, held: false, ifOpen: false },
    { channel: 2, notBefore: at + 600_000, held: false, ifOpen: true },
  ]);
});

test('quiet_hours_hold_back_all_but_what_is_critical', () => {
  const quiet = { from: '22:00', to: '07:30', timezone: 'Europe/Berlin', critical: false };
  const night = Date.UTC(2026, 4, 4, 21);
  const [held] = route({ ...aNotice(night), severity: 'warning' }, [rule({ quiet })], [1], []);
  expect(held).toMatchObject({ held: true, notBefore: Date.UTC(2026, 4, 5, 5, 30) });
  expect(route(aNotice(night), [rule({ quiet })], [1], [])[0]).toMatchObject({
    held: false,
    notBefore: night,
  });
});

test('a_quiet_night_ends_at_its_time_also_where_the_clock_is_changed', () => {
  const quiet = { from: '22:00', to: '02:30', timezone: 'Europe/Berlin', critical: true };
  const summer = Date.UTC(2026, 4, 4, 10);
  expect(endOfQuiet(quiet, summer)).toBeNull();
  // 29 March 2026: from 02:00 to 03:00. The night ends with the jump over 02:30.
  expect(endOfQuiet(quiet, Date.UTC(2026, 2, 28, 23))).toBe(Date.UTC(2026, 2, 29, 1));
  // 25 October 2026: back from 03:00 to 02:00. 02:30 comes at 00:30 and at 01:30 UTC; quiet is what is before each.
  expect(endOfQuiet(quiet, Date.UTC(2026, 9, 24, 22))).toBe(Date.UTC(2026, 9, 25, 0, 30));
  const whole = { from: '00:00', to: '00:00', timezone: 'UTC', critical: true };
  expect(endOfQuiet(whole, summer)).toBeNull();
});
