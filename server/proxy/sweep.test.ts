import { expect, test } from 'bun:test';
import type { Connection } from './connection.ts';
import { Sweep } from './sweep.ts';

/** Connections that each take `ms` to look at, and what was put off. */
function rig(count: number, ms: number) {
  let now = 1_000;
  const swept: number[] = [];
  const put: (() => void)[] = [];
  const connections = new Set<Connection>();
  const add = (id: number) =>
    connections.add({
      idle: true,
      received() {},
      socketDrained() {},
      ended() {},
      socketClosed() {},
      closeIdle() {},
      abort() {},
      sweep() {
        swept.push(id);
        now += ms;
      },
    });
  for (let id = 0; id < count; id++) add(id);
  const sweep = new Sweep(connections, { monotonic: () => now }, (next) => put.push(next));
  return { sweep, swept, put, connections, add, passed: () => now - 1_000 };
}

test('a_round_over_many_connections_stops_after_a_slice_and_goes_on_later_until_each_was_seen_once', () => {
  const { sweep, swept, put, passed } = rig(1_000, 0.1);
  sweep.begin(0);
  expect(passed()).toBeLessThan(2);
  let slices = 1;
  for (let next = put.shift(); next !== undefined; next = put.shift()) {
    const before = passed();
    next();
    expect(passed() - before).toBeLessThan(2);
    slices++;
  }
  expect(slices).toBeGreaterThan(50);
  expect(swept).toEqual(Array.from({ length: 1_000 }, (_, id) => id));
});

test('connections_that_cost_nothing_are_looked_at_in_one_go', () => {
  const { sweep, swept, put } = rig(1_000, 0);
  sweep.begin(0);
  expect(swept).toHaveLength(1_000);
  expect(put).toEqual([]);
});

test('a_round_does_not_begin_before_the_last_one_ended_and_then_sees_all_again', () => {
  const { sweep, swept, put } = rig(16, 0.1);
  sweep.begin(0);
  sweep.begin(1);
  expect(put).toHaveLength(1);
  while (put.length > 0) put.shift()?.();
  expect(swept).toHaveLength(16);
  sweep.begin(2);
  while (put.length > 0) put.shift()?.();
  expect(swept).toHaveLength(32);
});

test('who_leaves_between_two_slices_is_not_looked_at_and_who_comes_is', () => {
  const { sweep, swept, put, connections, add } = rig(16, 0.1);
  sweep.begin(0);
  const gone = [...connections].at(-1);
  if (gone !== undefined) connections.delete(gone);
  add(99);
  while (put.length > 0) put.shift()?.();
  expect(swept).not.toContain(15);
  expect(swept).toContain(99);
});
