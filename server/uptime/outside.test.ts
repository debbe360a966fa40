import { afterEach, beforeEach, expect, test } from 'bun:test';
import { openRoom, type Room, view } from './room.fixture.ts';

let room: Room;
let id: number;
beforeEach(async () => {
  room = await openRoom();
  room.sites.push({ app: 'shop', environment: 'production', state: 'serving', release: 7 });
  await room.restart();
  id = (await room.handlers['checks.list']({}, room.signal)).checks[0]?.id ?? 0;
  await room.attempts(id, 1);
});
afterEach(() => room.close());

const look = (up: boolean, from = 'the desktop of Kim') =>
  room.handlers['checks.outside'](
    { from, results: [{ id, up, ms: 9, why: up ? null : 'no answer' }] },
    room.signal,
  );

test('what_answers_here_but_not_from_elsewhere_is_an_incident_of_its_own', async () => {
  await look(true);
  await look(false);
  await look(false);
  expect(room.told).toEqual([]);
  await look(false);
  await look(false);
  expect(room.told).toEqual(['opened shop does not answer the desktop of Kim']);
  expect((await view(room, id)).outside).toMatchObject([{ from: 'the desktop of Kim', up: false }]);
  await look(true);
  expect(await room.incidents()).toEqual({ open: 0, all: 1 });
});

test('what_is_down_here_as_well_is_one_incident', async () => {
  room.answer = () => ({ kind: 'refused' });
  await room.attempts(id, 3);
  for (let turn = 0; turn < 5; turn++) await look(false);
  expect(await room.incidents()).toEqual({ open: 1, all: 1 });
});

test('only_names_that_mean_something_elsewhere_are_given_to_those_who_look', async () => {
  const { checks } = await room.handlers['checks.public']({}, room.signal);
  expect(checks).toEqual([{ id, url: 'https://shop.example.com' }]);
  Object.assign(room.sites[0] ?? {}, { state: 'stopped' });
  expect((await room.handlers['checks.public']({}, room.signal)).checks).toEqual([]);
});

test('no_more_than_ten_look_at_one_check', async () => {
  for (let who = 0; who < 30; who++) await look(true, `desktop ${who}`);
  expect((await view(room, id)).outside).toHaveLength(10);
});
