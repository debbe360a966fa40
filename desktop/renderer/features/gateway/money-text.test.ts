import { expect, test } from 'bun:test';
import type { AiBudget } from '../../../../shared/gateway/contract.ts';
import { dollarText, parseDollars } from '../../../../shared/gateway/money.ts';
import { budgetText, shareOf, tokenText } from './money-text.ts';

const budget: AiBudget = {
  id: 1,
  app: 'shop',
  environment: null,
  key: 2,
  model: 'gpt-*',
  limit: 20_000_000_000,
  period: 'month',
  spent: 15_000_000_000,
  reserved: 1_000_000_000,
  from: 0,
  to: 1,
};

test('a_budget_says_what_it_is_of', () => {
  const limits = {
    models: [],
    tools: null,
    requestsPerMinute: null,
    tokensPerMinute: null,
    maxTokens: null,
    expiresAt: null,
    cacheSeconds: null,
    mayDrop: [],
    logShare: 0,
    guards: [],
  };
  const key = { id: 2, name: 'web', app: null, environment: null, tail: 'abcd', createdAt: 0, limits };
  expect(budgetText(budget, [key])).toBe('$20.00 a month, shop, key web, gpt-*');
  expect(budgetText({ ...budget, app: null, key: null, model: null, period: 'total' }, [])).toBe(
    '$20.00 in all, everything',
  );
  expect(shareOf(budget)).toBe(0.8);
});

test('small_amounts_show_something_and_large_ones_two_digits', () => {
  expect([0, 3150, 2_500_000, 12_345_678_901].map(dollarText)).toEqual([
    '$0',
    '$0.0000031',
    '$0.0025',
    '$12.35',
  ]);
  expect(['20', '$0.5', '0.000000001', '-1', '1e3', ''].map(parseDollars)).toEqual([
    20e9,
    5e8,
    1,
    null,
    null,
    null,
  ]);
  expect([999, 1200, 45_000, 1_250_000].map(tokenText)).toEqual(['999', '1.2 k', '45 k', '1.3 M']);
});
