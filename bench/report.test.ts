import { expect, test } from 'bun:test';
import { makeReport, reportLines } from './report.ts';

const outcome = {
  figures: [
    { name: 'resident', value: 49.514, unit: 'MB', bar: 'idle memory' as const },
    { name: 'share of a core', value: 1.5, unit: '%', bar: 'idle cpu' as const },
    { name: 'anonymous', value: 12, unit: 'MB' },
  ],
  notes: ['three apps'],
};

test('the_last_line_says_each_held_figure_against_its_bar', () => {
  const lines = reportLines(makeReport('idle', outcome, 41_000));
  expect(lines.at(-1)).toBe(
    'idle: resident 49.51 MB (bar <= 50: met) · share of a core 1.50 % (bar <= 1: MISSED)',
  );
  expect(lines.at(-2)).toBe('  took 41 s');
});

test('only_missed_bars_count_as_missed', () => {
  expect(makeReport('idle', outcome, 1).missed).toEqual(['share of a core']);
});
