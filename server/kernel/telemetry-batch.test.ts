import { expect, test } from 'bun:test';
import type { Cell } from './telemetry.ts';
import { RowBatch } from './telemetry-batch.ts';
import { unpackBatch } from './telemetry-protocol.ts';

const through = (rows: readonly (readonly Cell[])[]) => {
  const batch = new RowBatch();
  for (const row of rows) batch.add(row);
  const message = batch.take('hits', 9);
  expect([batch.rows, batch.characters]).toEqual([0, 0]);
  return { message, ...unpackBatch(message) };
};

test('cells_come_out_as_they_went_in_whatever_their_characters', () => {
  const rows = [
    [1, 'plain', null, 0.1],
    [2, 'quote " back \\ line \n zero \0', -0.5, 1e21],
    [3, 'ü € 😀 \u{d800} \u2028', Number.MAX_SAFE_INTEGER, 5e-324],
  ];
  const { message, text, ...head } = through(rows);
  expect(JSON.parse(`[${text}]`)).toEqual(rows);
  expect(/^[\0-\x7f]*$/.test(message)).toBe(true);
  expect(head).toEqual({ table: 'hits', count: 3, from: 1, to: 3, now: 9 });
});

test('what_is_no_number_becomes_null_and_a_row_without_a_time_shows_in_the_head', () => {
  const { text, from, to } = through([
    [1, Number.NaN],
    ['x', Number.POSITIVE_INFINITY],
  ]);
  expect(JSON.parse(`[${text}]`)).toEqual([
    [1, null],
    ['x', null],
  ]);
  expect([from, to]).toEqual([null, null]);
});

test('its_characters_are_those_of_its_text_however_it_grew', () => {
  const batch = new RowBatch();
  let sum = 0;
  for (let at = 0; at < 500; at++) sum += batch.add([at, 'x'.repeat(at * 7)]);
  expect(batch.characters).toBe(sum);
  const { text, count } = unpackBatch(batch.take('hits', 9));
  expect([text.length, count]).toEqual([sum, 500]);
  expect(JSON.parse(`[${text}]`)[499][1].length).toBe(499 * 7);
});
