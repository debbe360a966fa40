import { expect, test } from 'bun:test';
import { metricsText } from './metrics.ts';

const row = {
  by: ['shop', 'a"b', 'openai'],
  calls: 4,
  failed: 1,
  cancelled: 0,
  cached: 2,
  retries: 3,
  input: 10,
  cacheRead: 20,
  cacheWrite: 30,
  output: 5,
  reasoning: 2,
  cost: 1_500_000_000,
  estimated: 1,
  unpriced: 0,
  firstMs: 250,
  totalMs: 500,
};
const budget = {
  id: 7,
  app: 'shop',
  environment: null,
  key: null,
  model: null,
  limit: 10_000_000_000,
  period: 'month' as const,
  spent: 2_000_000_000,
  reserved: 500_000_000,
  from: 0,
  to: null,
};

test('what_is_scraped_has_every_class_of_tokens_each_budget_and_each_provider_that_was_asked', () => {
  const text = metricsText({
    rows: [row],
    budgets: [budget],
    words: {
      openai: { kind: 'working', message: null, at: 1 },
      groq: { kind: 'refused', message: 'no', at: 1 },
      xai: { kind: 'unknown', message: null, at: null },
    },
  });
  const labels = '{app="shop",model="a\\"b",provider="openai"}';
  for (const line of [
    `windlass_ai_calls_total${labels} 4`,
    `windlass_ai_input_tokens_total${labels} 60`,
    `windlass_ai_cache_write_tokens_total${labels} 30`,
    `windlass_ai_cost_dollars_total${labels} 1.5`,
    `windlass_ai_call_seconds_total${labels} 2`,
    `windlass_ai_first_token_seconds${labels} 0.25`,
    'windlass_ai_budget_spent_dollars{budget="7",app="shop",model="",period="month"} 2',
    'windlass_ai_provider_working{provider="openai"} 1',
    'windlass_ai_provider_working{provider="groq"} 0',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).not.toContain('xai');
  // OpenMetrics 1.0: a family is told before its samples, in one piece, and the text ends so.
  expect(text).toEndWith('\n# EOF\n');
  const families = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
  expect(new Set(families).size).toBe(families.length);
});

test('a_gateway_that_nobody_called_has_its_families_and_nothing_else', () => {
  const text = metricsText({ rows: [], budgets: [], words: {} });
  expect(text.split('\n').every((line) => line === '' || line.startsWith('# '))).toBe(true);
});
