import { expect, test } from 'bun:test';
import { createTape } from './tape.ts';

function rig(keeping: boolean) {
  const given: { events: readonly string[]; since: number }[] = [];
  let full = 0;
  const tape = createTape(
    keeping,
    (events, since) => given.push({ events, since }),
    () => full++,
  );
  return { given, tape, full: () => full };
}

test('what_is_kept_for_an_error_is_what_was_since_the_snapshot_before_the_last', () => {
  const { given, tape } = rig(true);
  for (const [at, event] of ['A', 'a', 'B', 'b', 'C', 'c'].entries()) tape.add(event, at, event < 'a');
  tape.cut();
  expect(given).toEqual([]);
  tape.release();
  expect(given).toEqual([{ events: ['B', 'b', 'C', 'c'], since: 2 }]);
  tape.add('d', 9, false);
  tape.cut();
  expect(given[1]).toEqual({ events: ['d'], since: 9 });
});

test('what_is_kept_has_a_bound', () => {
  const { tape, full } = rig(true);
  tape.add('x'.repeat(3_000_000), 0, true);
  tape.add('y'.repeat(3_000_000), 1, true);
  expect(full()).toBe(0);
  expect(tape.since()).toBe(1);
  tape.add('z'.repeat(2_000_000), 2, false);
  expect(full()).toBe(1);
});

test('a_part_is_cut_before_a_page_that_goes_could_no_longer_send_it', () => {
  const { given, tape } = rig(false);
  for (let at = 0; at < 100; at++) tape.add('x'.repeat(1000), at, false);
  tape.cut();
  expect(given.map(({ events }) => events.length)).toEqual([48, 48, 4]);
});
