import { expect, test } from 'bun:test';
import { FrameMeter } from './frame-meter.ts';

type Frame = readonly [type: number, flags: number, length: number];

const times = (count: number, ...frames: Frame[]): Frame[] =>
  Array.from({ length: count }, () => frames).flat();

function passes(frames: readonly Frame[], now: (at: number) => number = () => 1): boolean {
  const meter = new FrameMeter();
  return frames.every(([type, flags, length], at) => meter.pass(type, flags, length, now(at)));
}

const request: Frame = [1, 0x5, 40];

test('an_honest_client_passes_however_much_it_asks', () => {
  expect(passes([[4, 0, 18], [8, 0, 4], ...times(5_000, request, [8, 0, 4])])).toBe(true);
});

test('floods_of_every_kind_end_the_connection', () => {
  const floods: [string, Frame[]][] = [
    ['rapid reset', times(1_001, request, [3, 0, 4])],
    ['settings', times(1_001, [4, 0, 0])],
    ['pings', times(1_001, [6, 0, 8])],
    ['priorities', times(1_001, [2, 0, 5])],
    ['empty data', times(1_001, [0, 0, 0])],
    ['empty continuations', [[1, 0, 10], ...times(1_001, [9, 0, 0])]],
    ['an endless field block', [[1, 0, 16_000], ...times(4, [9, 0, 16_000])]],
    ['unknown frames', times(1_001, [0xbe, 0, 0])],
  ];
  for (const [name, flood] of floods) expect(`${name}: ${passes(flood)}`).toBe(`${name}: false`);
});

test('streams_that_we_are_made_to_reset_count_like_those_it_resets_itself', () => {
  const meter = new FrameMeter();
  const counted = Array.from({ length: 1_001 }, () => meter.count(1));
  expect(counted.lastIndexOf(true)).toBe(999);
});

test('the_account_starts_anew_so_a_long_connection_is_no_flood', () => {
  // One every eleven milliseconds, for a minute.
  expect(passes(times(6_000, [6, 0, 8]), (at) => 1 + at * 11)).toBe(true);
});
