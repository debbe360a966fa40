import { expect, test } from 'bun:test';
import { answerCsv, csvCell } from './answer-csv.ts';

test('no_cell_is_a_formula_whatever_a_visitor_sent', () => {
  for (const text of [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '=HYPERLINK("http://evil.example","x")',
  ]) {
    expect(csvCell(text)).toStartWith('"\'');
  }
  expect(csvCell('/plain')).toBe('/plain');
});

test('quotes_commas_and_line_ends_stay_within_their_cell', () => {
  expect(csvCell('a"b,c\nd')).toBe('"a""b,c\nd"');
});

test('an_answer_is_a_table_with_heads_and_times_that_can_be_read', () => {
  const rows = [{ keys: [String(Date.UTC(2026, 0, 1))], values: [3, null] }];
  const csv = answerCsv(
    { dimensions: ['time'], metrics: ['visitors', 'bounce_rate'] },
    { rows, rowCount: 1, total: { keys: [], values: [3, null] } },
  );
  expect(csv).toBe('time,visitors,bounce_rate\r\n2026-01-01T00:00:00.000Z,3,\r\n');
});
