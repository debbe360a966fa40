import { afterEach, beforeEach, expect, test } from 'bun:test';
import type { Rule } from '../../shared/notify/rule.ts';
import { usualRule } from '../../shared/notify/rule.ts';
import { type OtherSide, openRoom, otherSide, type Room, until } from './room.fixture.ts';

let room: Room;
let side: OtherSide;
beforeEach(async () => {
  room = await openRoom();
  side = otherSide();
});
afterEach(async () => {
  await room.close();
  side.close();
});

const addWebhook = async (name = 'ops', url = side.url) =>
  (await room.handlers['notify.addChannel']({ name, kind: 'webhook', settings: { url } }, room.signal))
    .channel;
const setRule = (change: Partial<Rule> & Pick<Rule, 'channels'>) =>
  room.handlers['notify.setRule']({ rule: { ...usualRule, id: 0, ...change } }, room.signal);
const deliveries = async () =>
  (await room.handlers['notify.deliveries']({ limit: 50 }, room.signal)).deliveries;
const titles = () => side.taken.map((each) => JSON.parse(each.body).data.title);
/** Makes the courier look, as a timer would: a notice nobody is told of. */
const look = () => room.raise({ kind: 'x.y', subject: 'x', state: 'news', severity: 'info' });
const told = async (count: number) =>
  until(
    () =>
      room.kernel.store.db.query("SELECT 1 FROM notify_deliveries WHERE state = 'sent'").all().length ===
      count,
  );

test('a_notice_reaches_the_channel_once_and_the_log_has_the_answer', async () => {
  await addWebhook();
  room.raise();
  await told(1);
  expect(titles()).toEqual(['shop does not answer']);
  expect(await deliveries()).toMatchObject([
    { state: 'sent', attempts: 1, answer: '200 ok', channel: 'ops' },
  ]);
});

test('what_is_open_is_told_once_and_what_never_was_is_not_resolved', async () => {
  await addWebhook();
  room.raise({ state: 'resolved', title: 'nothing' });
  room.raise();
  room.raise();
  room.raise({ state: 'resolved', severity: 'info' });
  room.raise({ state: 'resolved' });
  await told(2);
  expect(side.taken.map((each) => JSON.parse(each.body).data.state)).toEqual(['opened', 'resolved']);
});

test('a_channel_that_was_down_for_an_hour_gets_everything_afterwards_once_and_in_order', async () => {
  await addWebhook();
  side.answer = () => new Response('no', { status: 503 });
  for (let index = 0; index < 20; index++) room.raise({ subject: `s${index}`, title: `t${index}` });
  const failures = room.kernel.store.db.query<{ failures: number }, []>(
    'SELECT failures FROM notify_channels',
  );
  await until(() => failures.get()?.failures === 1);
  for (let attempt = 2; attempt <= 13; attempt++) {
    room.time += 5 * 60_000;
    look();
    await until(() => failures.get()?.failures === attempt);
  }
  expect(side.taken.length).toBe(13);
  expect(new Set(titles())).toEqual(new Set(['t0']));
  expect(new Set(side.taken.map((each) => each.headers.get('webhook-id'))).size).toBe(1);
  side.taken.length = 0;
  side.answer = () => new Response('ok');
  room.time += 5 * 60_000;
  look();
  await told(20);
  expect(titles()).toEqual(Array.from({ length: 20 }, (_, index) => `t${index}`));
  expect((await room.handlers['notify.channels']({}, room.signal)).channels).toMatchObject([
    { waiting: 0, failingSince: null },
  ]);
});

test('the_doctor_says_which_channel_takes_nothing', async () => {
  await addWebhook();
  const findings = async () =>
    (await Promise.all((room.notify.feature.checks ?? []).map((check) => check.run()))).flat();
  expect(await findings()).toEqual([]);
  side.answer = () => new Response('who are you', { status: 401 });
  room.raise();
  await until(
    () => room.kernel.store.db.query('SELECT 1 FROM notify_channels WHERE failures = 1').get() !== null,
  );
  expect(await findings()).toMatchObject([
    { state: 'warning', message: expect.stringContaining('401 who are you') },
  ]);
});

test('nothing_is_lost_or_sent_twice_over_a_restart', async () => {
  await addWebhook();
  room.raise({ subject: 'a', title: 'before' });
  await told(1);
  side.answer = () => new Response('', { status: 500 });
  room.raise({ subject: 'b', title: 'meanwhile' });
  await until(() => side.taken.length === 2);
  await room.restart();
  side.answer = () => new Response('ok');
  room.time += 60_000;
  look();
  await told(2);
  await room.restart();
  expect(titles()).toEqual(['before', 'meanwhile', 'meanwhile']);
  expect(side.taken[1]?.headers.get('webhook-id')).toBe(side.taken[2]?.headers.get('webhook-id') ?? '');
});

test('a_stop_waits_for_the_answer_so_that_a_taken_message_is_not_sent_again', async () => {
  await addWebhook();
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  side.answer = () =>
    new Response(
      new ReadableStream({
        pull: async (c) => {
          await held;
          c.close();
        },
      }),
    );
  room.raise();
  await side.got(1);
  const restarted = room.restart();
  letGo();
  await restarted;
  await told(1);
  expect(side.taken.length).toBe(1);
});

test('a_message_that_is_refused_does_not_hold_up_the_next', async () => {
  await addWebhook();
  side.answer = ({ body }) => new Response('', { status: body.includes('bad') ? 422 : 200 });
  room.raise({ subject: 'a', title: 'bad' });
  room.raise({ subject: 'b', title: 'good' });
  await told(1);
  expect((await deliveries()).map((each) => each.state)).toEqual(['sent', 'refused']);
});

test('what_comes_together_is_told_together', async () => {
  const { id } = await addWebhook();
  await setRule({ channels: [id], groupSeconds: 60 });
  for (let index = 0; index < 5; index++) room.raise({ subject: `s${index}`, title: `t${index}` });
  expect(side.taken).toEqual([]);
  room.time += 61_000;
  look();
  await told(5);
  expect(titles()).toEqual(['5 things happened']);
  expect(JSON.parse(side.taken[0]?.body ?? '').data).toMatchObject({ severity: 'critical', app: 'shop' });
});

test('what_is_over_before_the_quiet_hours_are_is_never_told', async () => {
  const { id } = await addWebhook();
  const quiet = { from: '08:00', to: '10:00', timezone: 'UTC', critical: true };
  await setRule({ channels: [id], quiet });
  room.raise({ subject: 'a', title: 'short' });
  room.raise({ subject: 'a', state: 'resolved' });
  room.raise({ subject: 'b', title: 'lasting' });
  room.time += 3_700_000;
  look();
  await told(1);
  expect(titles()).toEqual(['lasting']);
});

test('an_escalation_is_called_off_by_whoever_acknowledges', async () => {
  const first = await addWebhook('first');
  const second = await addWebhook('second', `${side.url}/second`);
  await setRule({ channels: [first.id], escalation: { afterMinutes: 10, channels: [second.id] } });
  room.raise({ subject: 'a', title: 'ignored' });
  room.raise({ subject: 'b', title: 'seen' });
  room.kernel.events.emit('notice.acknowledged', { subject: 'b' });
  await told(2);
  room.time += 601_000;
  look();
  await told(3);
  const late = side.taken
    .filter((each) => each.path === '/second')
    .map((each) => JSON.parse(each.body).data.title);
  expect(late).toEqual(['ignored']);
});

test('a_secret_is_neither_shown_nor_stored_in_the_clear_nor_kept_in_an_answer', async () => {
  const secret = `whsec_${'c2VjcmV0'.repeat(4)}`;
  await room.handlers['notify.addChannel'](
    { name: 'ops', kind: 'webhook', settings: { url: side.url, secret } },
    room.signal,
  );
  side.answer = () => new Response(`you sent ${secret}`);
  room.raise();
  await told(1);
  const shown = JSON.stringify([await deliveries(), await room.handlers['notify.channels']({}, room.signal)]);
  expect(shown).not.toContain(secret);
  const file = await Bun.file(room.kernel.paths.controlDb).text();
  const wal = await Bun.file(`${room.kernel.paths.controlDb}-wal`).text();
  expect(file + wal).not.toContain('c2VjcmV0c2VjcmV0');
});

test('a_test_says_what_the_other_side_said', async () => {
  const { id } = await addWebhook();
  side.answer = () => new Response('who are you', { status: 401 });
  expect(await room.handlers['notify.test']({ id }, room.signal)).toEqual({
    sent: false,
    answer: '401 who are you',
  });
  expect(await deliveries()).toEqual([]);
});
