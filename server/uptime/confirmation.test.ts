import { afterEach, beforeEach, expect, test } from 'bun:test';
import { checkSettings } from '../../shared/uptime/check.ts';
import type { CheckView } from '../../shared/uptime/contract.ts';
import type { CheckState } from './check-state.ts';
import { createClockwork } from './clockwork.fixture.ts';
import { confirmation } from './confirmation.ts';
import { createMaintenanceStore } from './maintenance-store.ts';
import { createMonitor } from './monitor.ts';
import { openRoom, type Room, view } from './room.fixture.ts';

let room: Room;
beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.close());

const minuteMs = 60_000;

test('it_is_held_until_a_look_agrees_or_the_time_is_over', () => {
  const doubt = { minutes: 3, since: 1000, heldSince: 2000, now: 2000 + minuteMs, looks: [] };
  const kim = (up: boolean, at: number) => [{ from: 'the desktop of Kim', up, at }];
  expect(confirmation({ ...doubt, minutes: null })).toEqual({ kind: 'tell', seen: null });
  expect(confirmation(doubt)).toEqual({ kind: 'hold', ms: 2 * minuteMs });
  expect(confirmation({ ...doubt, looks: kim(true, 5000) })).toEqual({ kind: 'hold', ms: 2 * minuteMs });
  expect(confirmation({ ...doubt, looks: kim(false, 1000) })).toEqual({ kind: 'hold', ms: 2 * minuteMs });
  expect(confirmation({ ...doubt, looks: [...kim(true, 5000), ...kim(false, 1001)] })).toEqual({
    kind: 'tell',
    seen: 'Nor does it answer the desktop of Kim.',
  });
  const late = { ...doubt, now: 2000 + 3 * minuteMs };
  expect(confirmation(late)).toEqual({ kind: 'tell', seen: 'Nobody looked from outside meanwhile.' });
  expect(confirmation({ ...late, looks: kim(true, 5000) })).toEqual({
    kind: 'tell',
    seen: 'It answers the desktop of Kim.',
  });
});

test('a_clock_that_is_set_back_holds_nothing_for_longer', () => {
  const doubt = { minutes: 3, since: 9e9, heldSince: 9e9, now: 1000, looks: [] };
  expect(confirmation(doubt).kind).toBe('tell');
});

test('nobody_is_told_before_somebody_outside_sees_it_down_and_then_once', async () => {
  room.sites.push({ app: 'shop', environment: 'production', state: 'serving', release: 7 });
  await room.restart();
  const [check] = (await room.handlers['checks.list']({}, room.signal)).checks;
  if (check === undefined) throw new Error('the app has no check');
  const { id } = check;
  const look = (up: boolean) =>
    room.handlers['checks.outside'](
      { from: 'the desktop of Kim', results: [{ id, up, ms: 9, why: up ? null : 'no answer' }] },
      room.signal,
    );
  await room.handlers['checks.set'](
    { ...checkSettings.parse(check), id, everySeconds: 86_400, confirmMinutes: 60 },
    room.signal,
  );
  await room.attempts(id, 1);
  await look(false);
  room.answer = () => ({ kind: 'refused' });
  await room.attempts(id, 4);
  expect((await view(room, id)).status).toBe('down');
  await look(true);
  await room.restart();
  await room.attempts(id, 1);
  expect(await room.incidents()).toEqual({ open: 0, all: 0 });
  await look(false);
  await look(false);
  await room.attempts(id, 1);
  expect(room.told).toHaveLength(1);
  expect(room.notices[0]).toMatchObject({
    state: 'opened',
    kind: 'check.down',
    text: expect.stringContaining('Nor does it answer the desktop of Kim.'),
  });
  room.answer = () => ({ kind: 'answered', status: 200, ms: 3 });
  await room.attempts(id, 2);
  expect(await room.incidents()).toEqual({ open: 0, all: 1 });
});

test('what_is_to_be_confirmed_is_given_to_those_who_look', async () => {
  const http = {
    kind: 'http',
    url: 'https://example.com/',
    method: 'GET',
    headers: {},
    follow: false,
  } as const;
  const settings = (change: object) => ({
    ...checkSettings.parse({ name: 'x', target: http, paused: false, everySeconds: 86_400 }),
    ...change,
  });
  const add = async (change: object) =>
    (await room.handlers['checks.add'](settings(change), room.signal)).check.id;
  await add({});
  await add({ confirmMinutes: 3, allowPrivate: true });
  await add({ confirmMinutes: 3, target: { ...settings({}).target, url: 'http://localhost/' } });
  await add({ confirmMinutes: 3, target: { ...settings({}).target, ca: 'PEM' } });
  const id = await add({ confirmMinutes: 3 });
  const { checks } = await room.handlers['checks.public']({}, room.signal);
  expect(checks).toEqual([{ id, url: 'https://example.com/' }]);
});

/** A monitor on a clock that the test moves, with one check that is confirmed within three minutes. */
function watched(stored: CheckState | null = null) {
  const clockwork = createClockwork();
  const told: string[] = [];
  const states: CheckState[] = [];
  let looks: CheckView['outside'] = [];
  const settings = checkSettings.parse({
    name: 'x',
    target: { kind: 'http', url: 'https://example.com/' },
    failures: 1,
    successes: 1,
    confirmMinutes: 3,
  });
  const check = { ...settings, id: 1, given: false };
  const monitor = createMonitor({
    ...{ clock: clockwork.clock, later: clockwork.later, store: room.kernel.store },
    events: { on: () => () => {}, emit: (_name, event) => void told.push(JSON.stringify(event)) },
    apps: { find: () => null },
    stored: {
      all: () => [{ check, state: stored }],
      add: () => check,
      set: () => check,
      setState: (_id, state) => void states.push(state),
      remove: () => {},
    },
    maintenance: createMaintenanceStore(room.kernel.store),
    history: { add: () => {}, forget: () => {} },
    isOpen: () => false,
    outside: () => looks,
    hurry: () => {},
  });
  monitor.load();
  const down = () =>
    monitor.result(check, { kind: 'down', ms: null, why: 'no answer' }, clockwork.clock.now());
  const up = () => monitor.result(check, { kind: 'up', ms: 1, detail: null }, clockwork.clock.now());
  const sees = (isUp: boolean) => {
    looks = [{ from: 'there', up: isUp, at: clockwork.clock.now() }];
  };
  return { ...clockwork, clockwork, monitor, told, states, down, up, sees };
}

test('without_a_word_from_outside_it_is_told_when_the_time_is_over_though_no_attempt_is_due', async () => {
  const { pass, told, down, sees, clockwork, monitor } = watched();
  down();
  await pass(1000);
  sees(true);
  await pass(3 * minuteMs - 1001);
  expect(told).toEqual([]);
  await pass(1);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('It answers there.');
  await pass(10 * minuteMs);
  down();
  expect(told).toHaveLength(1);
  monitor.stop();
  expect(clockwork.waiting).toBe(0);
});

test('what_recovers_while_it_is_held_is_never_told', async () => {
  const { pass, told, down, up } = watched();
  down();
  await pass(minuteMs);
  up();
  await pass(minuteMs);
  expect(told).toEqual([]);
  down();
  // The time begins anew with it.
  await pass(3 * minuteMs - 1);
  expect(told).toEqual([]);
  await pass(1);
  expect(told).toHaveLength(1);
});

test('a_restart_neither_forgets_nor_lengthens_the_time', async () => {
  const before = watched();
  before.down();
  before.monitor.stop();
  const held = before.states.at(-1);
  if (held === undefined) throw new Error('nothing was stored');
  const { pass, told, down } = watched(held);
  await pass(2 * minuteMs);
  down();
  expect(told).toEqual([]);
  await pass(minuteMs);
  expect(told).toHaveLength(1);
});

test('what_is_held_when_it_is_removed_or_stopped_leaves_nothing_that_waits', async () => {
  const { pass, told, down, monitor, clockwork } = watched();
  down();
  monitor.remove(1);
  await pass(10 * minuteMs);
  expect(told).toEqual([]);
  expect(clockwork.waiting).toBe(0);
});
