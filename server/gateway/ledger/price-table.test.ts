import { expect, test } from 'bun:test';
import type { PriceFile } from '../../../shared/gateway/price-file.ts';
import { createPriceTable, listedPrices } from './price-table.ts';

const file: PriceFile = {
  version: 'mine-1',
  providers: {
    openai: [
      {
        names: ['gpt-4o-mini'],
        prices: [
          { rates: [1, 2, 3, 4] },
          { rates: [10, 20, 30, 40], from: '2026-12-01', tiers: [[1000, 11, 21, 31, 41]] },
        ],
      },
    ],
    'somebody-we-do-not-know': [{ names: ['x'], prices: [{ rates: [1, 1, 1, 1] }] }],
  },
};
const before = Date.UTC(2026, 10, 30, 23, 59);
const after = Date.UTC(2026, 11, 1);

test('a_file_goes_before_the_bundled_table_by_model_and_day', () => {
  const prices = createPriceTable([], file);
  expect(prices.find('openai', 'gpt-4o-mini', before)).toMatchObject({
    version: 'mine-1',
    rates: { input: 1, cacheRead: 2, cacheWrite: 3, output: 4 },
    tiers: [],
  });
  expect(prices.find('openai', 'gpt-4o-mini', after)).toMatchObject({
    rates: { input: 10, output: 40 },
    tiers: [{ above: 1000, rates: { input: 11, output: 41 } }],
  });
});

test('what_a_file_does_not_name_keeps_its_bundled_price', () => {
  const bundled = createPriceTable([], null);
  const prices = createPriceTable([], file);
  const price = prices.find('anthropic', 'claude-sonnet-4-5', before);
  expect(price).not.toBeNull();
  expect(price).toEqual(bundled.find('anthropic', 'claude-sonnet-4-5', before));
  expect(prices.find('azure', 'gpt-4o-mini', before)).toEqual(bundled.find('azure', 'gpt-4o-mini', before));
});

test('a_price_of_ones_own_goes_before_both', () => {
  const own = { model: 'gpt-4o*', input: 7, output: 8, cacheRead: 7, cacheWrite: 7 };
  expect(createPriceTable([own], file).find('openai', 'gpt-4o-mini', after)).toMatchObject({
    version: 'own',
    rates: { input: 7, output: 8 },
  });
});

test('a_model_of_both_tables_is_listed_once_at_the_price_that_holds', () => {
  const listed = listedPrices(file, before).filter(
    ({ provider, model }) => provider === 'openai' && model === 'gpt-4o-mini',
  );
  expect(listed.map(({ price }) => price.version)).toEqual(['mine-1']);
});
