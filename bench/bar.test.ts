import { expect, test } from 'bun:test';
import { bars, barText, holds } from './bar.ts';

test('a_figure_on_its_bar_holds', () => {
  expect(holds(bars['idle memory'], 50)).toBe(true);
  expect(holds(bars['idle memory'], 50.1)).toBe(false);
  expect(holds(bars['requests per core against nginx'], 0.8)).toBe(true);
  expect(holds(bars['requests per core against nginx'], 0.79)).toBe(false);
});

test('what_could_not_be_measured_never_holds', () => {
  for (const bar of Object.values(bars)) expect(holds(bar, Number.NaN)).toBe(false);
});

test('a_bar_reads_as_an_inequality', () => {
  expect(barText(bars['cold start'])).toBe('<= 300');
  expect(barText(bars['requests per core against Caddy'])).toBe('>= 3');
});
