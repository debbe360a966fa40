import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../usage-error.ts';
import { readPriceFile } from './price-file.ts';

const now = Date.UTC(2026, 10, 25);

test('the_form_that_is_bundled_is_taken_as_it_is', () => {
  const bundled = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../resources/ai-prices.json'), 'utf8'),
  );
  const file = readPriceFile(JSON.stringify({ ...bundled, version: 'mine' }), now);
  expect(file.version).toBe('mine');
  expect(file.providers.openai).toEqual(bundled.providers.openai);
});

test('the_table_of_litellm_becomes_prices_with_caches_and_tiers', () => {
  const file = readPriceFile(
    JSON.stringify({
      sample_spec: { litellm_provider: 'one of …', input_cost_per_token: 0 },
      'gpt-5': { litellm_provider: 'openai', input_cost_per_token: 1.25e-6, output_cost_per_token: 1e-5 },
      'gemini/gemini-2.5-pro': {
        litellm_provider: 'gemini',
        input_cost_per_token: 1.25e-6,
        cache_read_input_token_cost: 3.1e-7,
        output_cost_per_token: 1e-5,
        input_cost_per_token_above_200k_tokens: 2.5e-6,
        output_cost_per_token_above_200k_tokens: 1.5e-5,
      },
      'dall-e-3': { litellm_provider: 'openai', mode: 'image_generation' },
      'a-model': { litellm_provider: 'somebody', input_cost_per_token: 1e-6 },
      broken: { litellm_provider: 'openai', input_cost_per_token: 'free' },
    }),
    now,
  );
  expect(file).toEqual({
    version: 'litellm-2026-11-25',
    providers: {
      openai: [
        { names: ['gpt-5'], prices: [{ rates: [1_250_000, 1_250_000, 1_250_000, 10_000_000], tiers: [] }] },
      ],
      google: [
        {
          names: ['gemini-2.5-pro'],
          prices: [
            {
              rates: [1_250_000, 310_000, 1_250_000, 10_000_000],
              tiers: [[200_000, 2_500_000, 310_000, 1_250_000, 15_000_000]],
            },
          ],
        },
      ],
    },
  });
});

test('what_is_no_table_is_refused_with_what_a_table_is', () => {
  for (const text of [
    '',
    'no json',
    '[]',
    '{}',
    '{"gpt-5": 3}',
    '{"version":"1","providers":{"openai":[{"names":[]}]}}',
  ])
    expect(() => readPriceFile(text, now)).toThrow(UsageError);
});
