import { expect, test } from 'bun:test';
import { FairTurns, newTurns } from '../fair-turns.ts';
import { FrameLine } from './frame-line.ts';

/** Turns by hand; `alone` is how many clients there are. */
function rig(clients = 2) {
  const later: (() => void)[] = [];
  let now = 1;
  const clock = { monotonic: () => now };
  // Each look at the clock is a millisecond later, so a turn is one chunk.
  const turns = new FairTurns({ monotonic: () => now++ }, (next) => later.push(next));
  const said: string[] = [];
  const mine = newTurns(4);
  const line = (name: string) =>
    new FrameLine(
      {
        turns,
        room: { clients },
        get now() {
          return clock.monotonic();
        },
      },
      mine,
      {
        read: (chunk) => said.push(`${name}${chunk.toString()}`),
        end: () => said.push(`${name} ends`),
        pause: () => said.push(`${name} pauses`),
        resume: () => said.push(`${name} goes on`),
      },
    );
  const turn = () => later.shift()?.();
  return { line, said, turn, later };
}

test('what_many_connections_of_one_client_send_at_once_is_read_turn_by_turn', () => {
  const { line, said, turn } = rig();
  const connections = Array.from('abcdefgh', (name) => line(name));
  for (const each of connections) each.received(Buffer.from('1'));
  expect(said).toEqual(['a1', 'b1', 'c1', 'd1']);
  turn();
  expect(said.slice(4)).toEqual(['e1']);
  turn();
  turn();
  turn();
  expect(said.slice(4)).toEqual(['e1', 'f1', 'g1', 'h1']);
});

test('what_one_connection_sends_is_read_in_order_and_its_end_comes_last', () => {
  const { line, said, turn, later } = rig();
  const one = line('a');
  for (let each = 1; each <= 7; each++) one.received(Buffer.from(String(each)));
  one.ended();
  while (later.length > 0) turn();
  expect(said).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a ends']);
});

test('a_connection_whose_bytes_wait_is_not_read_further_until_they_are_read', () => {
  const { line, said, turn, later } = rig();
  const one = line('');
  for (let each = 0; each < 4; each++) one.received(Buffer.from('x'));
  one.received(Buffer.alloc(40_000, 'y'));
  one.received(Buffer.alloc(40_000, 'z'));
  expect(said.at(-1)).toBe(' pauses');
  while (later.length > 0) turn();
  expect(said.at(-1)).toBe(' goes on');
});

test('who_is_alone_waits_for_nobody_and_who_is_gone_is_not_read', () => {
  const { line, said } = rig(1);
  const alone = line('a');
  for (let each = 1; each <= 9; each++) alone.received(Buffer.from(String(each)));
  expect(said).toHaveLength(9);
  const other = rig();
  const gone = other.line('b');
  for (let each = 1; each <= 9; each++) gone.received(Buffer.from(String(each)));
  gone.forget();
  while (other.later.length > 0) other.turn();
  expect(other.said).toHaveLength(4);
});
