/** `windlass maintenance` and `windlass notify-rules` against a control socket: what they plan, list and remove. */

import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import type { Rule } from '../../shared/notify/rule.ts';
import { checkSettings } from '../../shared/uptime/check.ts';
import type { Maintenance } from '../../shared/uptime/maintenance.ts';
import { type StubServer, stubServer } from './testing/stub-server.ts';

const check = {
  ...checkSettings.parse({ name: 'db', target: { kind: 'ping', host: 'db' } }),
  ...{ id: 7, given: false, status: 'up' as const, since: null, lastAt: null, lastMs: null },
  ...{ detail: null, failing: 0, outside: [] },
};
const channel = (id: number, name: string) => ({
  ...{ id, name, kind: 'ntfy' as const, enabled: true, settings: {} },
  ...{ waiting: 0, failingSince: null, lastAnswer: null },
});

let server: StubServer;
let windows: Maintenance[] = [];
let rules: Rule[] = [];
beforeAll(async () => {
  server = await stubServer({
    'checks.list': () => ({ checks: [check] }),
    'notify.channels': () => ({ channels: [channel(1, 'mail'), channel(2, 'boss')] }),
    'maintenance.list': () => ({ maintenance: windows }),
    'maintenance.set': ({ maintenance }) => {
      windows.push({ ...maintenance, id: windows.length + 1 });
      return { maintenance };
    },
    'maintenance.remove': ({ id }) => {
      windows = windows.filter((each) => each.id !== id);
      return {};
    },
    'notify.rules': () => ({ rules }),
    'notify.setRule': ({ rule }) => {
      rules.push({ ...rule, id: rules.length + 1 });
      return { rule };
    },
    'notify.removeRule': ({ id }) => {
      rules = rules.filter((each) => each.id !== id);
      return {};
    },
  });
});
beforeEach(() => {
  windows = [];
  rules = [];
});
afterAll(() => server.close());

const codeOf = async (line: string) => (await server.run(line.split(' '))).code;

test('work_is_planned_once_or_weekly_listed_and_removed', async () => {
  expect(await codeOf('maintenance add disks --from 2030-01-31T02:00Z --minutes 90 --checks db')).toBe(0);
  expect(
    await codeOf('maintenance add backup --days sun,Wednesday --at 03:00 --minutes 60 --zone Europe/Berlin'),
  ).toBe(0);
  const from = Date.UTC(2030, 0, 31, 2);
  expect(windows).toEqual([
    { id: 1, title: 'disks', checks: [7], when: { kind: 'once', from, to: from + 90 * 60_000 } },
    {
      ...{ id: 2, title: 'backup', checks: [] },
      when: { kind: 'weekly', days: [0, 3], from: '03:00', minutes: 60, timezone: 'Europe/Berlin' },
    },
  ]);
  const { out } = await server.run(['maintenance']);
  expect(out).toContain('2030-01-31 02:00 UTC to 2030-01-31 03:30 UTC');
  expect(out).toMatch(/disks.*db\n.*sun, wed at 03:00 Europe\/Berlin, 60 min.*all/);
  expect(await codeOf('maintenance remove 1')).toBe(0);
  expect(windows.map(({ title }) => title)).toEqual(['backup']);
});

test('work_without_a_whole_time_is_wrong_usage', async () => {
  for (const line of [
    'maintenance add x',
    'maintenance add x --from 2030-01-31T02:00',
    'maintenance add x --from 2030-01-31T02:00 --to 2030-01-31T03:00 --minutes 5',
    'maintenance add x --from tomorrow --minutes 5',
    'maintenance add x --days sun --at 25:00 --minutes 5',
    'maintenance add x --days someday --at 03:00 --minutes 5',
    'maintenance add x --days sun --at 03:00',
    'maintenance add x --from 2030-01-31T02:00 --minutes 5 --checks nobody',
    'maintenance remove 9',
  ]) {
    expect(`${line}: ${await codeOf(line)}`).toBe(`${line}: 2`);
  }
  expect(windows).toEqual([]);
});

test('a_rule_is_made_whole_listed_and_removed', async () => {
  const line =
    'notify-rules add shop --to mail --kinds check.*,issue.new --apps shop --severity critical --no-recovery --quiet 22:00-07:00 --zone Europe/Berlin --group 60 --escalate-after 15 --escalate-to boss';
  expect(await codeOf(line)).toBe(0);
  expect(await codeOf('notify-rules add plain --to mail,boss')).toBe(0);
  expect(rules).toEqual([
    {
      ...{ id: 1, name: 'shop', channels: [1], kinds: ['check.*', 'issue.new'], apps: ['shop'] },
      ...{ severity: 'critical', recovery: false, groupSeconds: 60 },
      quiet: { from: '22:00', to: '07:00', timezone: 'Europe/Berlin', critical: false },
      escalation: { afterMinutes: 15, channels: [2] },
    },
    {
      ...{ id: 2, name: 'plain', channels: [1, 2], kinds: [], apps: [] },
      ...{ severity: 'warning', recovery: true, groupSeconds: 0, quiet: null, escalation: null },
    },
  ]);
  const { out } = await server.run(['notify-rules']);
  expect(out).toMatch(/shop.*mail.*critical.*check\.\*, issue\.new, shop.*after 15 min boss/);
  expect(await codeOf('notify-rules remove shop')).toBe(0);
  expect(rules.map(({ name }) => name)).toEqual(['plain']);
});

test('a_rule_for_nobody_or_without_sense_is_wrong_usage', async () => {
  for (const line of [
    'notify-rules add x',
    'notify-rules add x --to nobody',
    'notify-rules add x --to mail --severity loud',
    'notify-rules add x --to mail --kinds everything',
    'notify-rules add x --to mail --quiet night',
    'notify-rules add x --to mail --quiet 22:00-27:00',
    'notify-rules add x --to mail --escalate-after 5',
    'notify-rules remove x',
  ]) {
    expect(`${line}: ${await codeOf(line)}`).toBe(`${line}: 2`);
  }
  expect(rules).toEqual([]);
});
