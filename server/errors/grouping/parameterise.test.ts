import { expect, test } from 'bun:test';
import cases from '../../../../shared/cases/messages.json';
import { parameterise } from './parameterise.ts';

test.each(cases.sameGroup.map((group) => [group]))(
  'what_only_varies_in_its_parameters_is_one_group: %p',
  (group) => {
    expect(new Set(group.map(parameterise)).size).toBe(1);
  },
);

test.each(cases.differentGroups.map((group) => [group]))(
  'what_says_something_else_is_another_group: %p',
  (group) => {
    expect(new Set(group.map(parameterise)).size).toBe(group.length);
  },
);

test('only_the_first_line_counts_and_a_huge_one_is_cut', () => {
  expect(parameterise('\n  Boom\nat 2026-01-01')).toBe('boom');
  expect(parameterise('x'.repeat(100_000)).length).toBe(500);
});

test('text_made_to_be_slow_is_not', () => {
  const from = performance.now();
  for (const part of ['a@', '0x', '/a', 'aa:', '"', '1.', 'a-']) parameterise(part.repeat(5000));
  expect(performance.now() - from).toBeLessThan(200);
});
