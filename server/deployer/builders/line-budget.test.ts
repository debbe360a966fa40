import { expect, test } from 'bun:test';
import { budgeted } from './line-budget.ts';

test('long_lines_are_shortened_and_a_flood_is_cut_once_with_a_note', () => {
  const lines: string[] = [];
  const onLine = budgeted((text) => lines.push(text), { line: 10, total: 40 });
  onLine('short');
  onLine('x'.repeat(5000));
  for (let count = 0; count < 100; count++) onLine('y'.repeat(9));
  expect(lines[0]).toBe('short');
  expect(lines[1]).toBe(`${'x'.repeat(10)}… (5000 characters)`);
  expect(lines.at(-1)).toContain("the rest of the build's output is left out");
  expect(lines.length).toBeLessThan(6);
});
