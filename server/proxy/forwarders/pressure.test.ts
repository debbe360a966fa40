import { expect, test } from 'bun:test';
import { Pressure } from './pressure.ts';

const look = (pressure: Pressure, main: number, forwarders: number[], times: number) =>
  Array.from({ length: times }, () => pressure.look({ main, forwarders, passedMs: 1000 })).filter(
    (what) => what !== 'nothing',
  );

test('one_starts_after_three_busy_seconds_and_not_after_a_burst', () => {
  const pressure = new Pressure(1);
  expect(look(pressure, 0.9, [], 2)).toEqual([]);
  expect(look(pressure, 0.2, [], 1)).toEqual([]);
  expect(look(pressure, 0.9, [], 2)).toEqual([]);
  expect(look(pressure, 0.9, [], 1)).toEqual(['start']);
});

test('there_are_never_more_than_there_are_cores_for', () => {
  expect(look(new Pressure(0), 1, [], 100)).toEqual([]);
  expect(look(new Pressure(1), 1, [1], 100)).toEqual([]);
  expect(look(new Pressure(2), 1, [1], 3)).toEqual(['start']);
});

test('one_ends_after_three_minutes_of_calm_and_none_while_the_rest_would_be_busy', () => {
  const pressure = new Pressure(1);
  expect(look(pressure, 0.35, [0.35], 600)).toEqual([]);
  expect(look(pressure, 0.1, [0.1], 179)).toEqual([]);
  expect(look(pressure, 0.5, [0.5], 1)).toEqual([]);
  expect(look(pressure, 0.1, [0.1], 180)).toEqual(['end']);
  expect(look(pressure, 0, [], 600)).toEqual([]);
});
