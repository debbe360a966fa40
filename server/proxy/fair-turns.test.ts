import { expect, test } from 'bun:test';
import { FairTurns, newTurns } from './fair-turns.ts';

/** Clients whose every request takes `ms`, what was served in order, and what was put off. */
function rig(ms: number) {
  let now = 1_000;
  const served: string[] = [];
  const put: (() => void)[] = [];
  const turns = new FairTurns({ monotonic: () => now }, (next) => put.push(next));
  const client = (name: string) => {
    const state = newTurns();
    const serve = () => {
      served.push(name);
      now += ms;
    };
    return {
      asks(times = 1, alone = false) {
        for (let count = 0; count < times; count++) {
          if (turns.begin(state, { takeTurn: serve }, now, alone)) serve();
        }
      },
    };
  };
  const turn = () => put.shift()?.();
  const all = () => {
    let count = 0;
    while (put.length > 0) {
      turn();
      count++;
    }
    return count;
  };
  return { served, put, client, turn, all, pass: (more: number) => (now += more) };
}

test('who_asks_while_a_flood_waits_is_served_at_once', () => {
  const { client, served, put, turn } = rig(0.03);
  client('flood').asks(500);
  const before = served.length;
  expect(before).toBeLessThan(10);
  turn();
  client('other').asks();
  expect(served.at(-1)).toBe('other');
  expect(served.length).toBeLessThan(before + 5);
  expect(put).toHaveLength(1);
});

test('all_of_a_flood_is_served_in_the_end_in_short_turns', () => {
  const { client, served, all } = rig(0.03);
  client('flood').asks(500);
  expect(all()).toBeGreaterThan(400);
  expect(served).toHaveLength(500);
});

test('requests_that_cost_nothing_are_served_many_in_a_turn', () => {
  const { client, served, all } = rig(0.0001);
  client('flood').asks(500);
  expect(all()).toBeLessThan(10);
  expect(served).toHaveLength(500);
});

test('clients_that_wait_are_served_one_after_the_other_however_much_each_has_in_line', () => {
  const { client, served, all } = rig(0.001);
  const [flood, few] = [client('flood'), client('few')];
  flood.asks(100);
  few.asks(10);
  all();
  const last = served.lastIndexOf('few');
  expect(served.slice(0, last).filter((name) => name === 'flood').length).toBeLessThan(15);
  expect(served).toHaveLength(110);
});

test('a_later_request_does_not_overtake_the_same_clients_line', () => {
  const { client, served, put, pass } = rig(0.03);
  const flood = client('flood');
  flood.asks(6);
  const before = served.length;
  pass(10);
  flood.asks();
  expect(served).toHaveLength(before);
  expect(put).toHaveLength(1);
});

test('a_client_that_asks_now_and_then_never_waits', () => {
  const { client, served, put, pass } = rig(0.03);
  const calm = client('calm');
  for (let times = 0; times < 200; times++) {
    calm.asks();
    pass(0.2);
  }
  expect(served).toHaveLength(200);
  expect(put).toEqual([]);
});

test('who_is_alone_waits_for_nobody', () => {
  const { client, served, put } = rig(0.03);
  client('only').asks(500, true);
  expect(served).toHaveLength(500);
  expect(put).toEqual([]);
});
