/** A table of prices that a person has, in the form we bundle or in LiteLLM's, as the server takes it. */

import * as z from 'zod/mini';
import type { ProviderKind } from '../../../shared/gateway/contract.ts';
import { type PriceFile, priceFile } from '../../../shared/gateway/price-file.ts';
import { UsageError } from '../usage-error.ts';

const hint =
  'It is JSON: {"version": "…", "providers": {"openai": [{"names": ["gpt-5"], "prices": [{"rates": [INPUT, CACHE READ, CACHE WRITE, OUTPUT]}]}]}} ' +
  "in microdollars for a million tokens, or LiteLLM's model_prices_and_context_window.json.";

/** What LiteLLM calls the providers we know (its `litellm_provider`). */
const kinds: Readonly<Record<string, ProviderKind>> = {
  openai: 'openai',
  'text-completion-openai': 'openai',
  anthropic: 'anthropic',
  gemini: 'google',
  azure: 'azure',
  bedrock: 'bedrock',
  bedrock_converse: 'bedrock',
  mistral: 'mistral',
  groq: 'groq',
  together_ai: 'together',
  openrouter: 'openrouter',
  deepseek: 'deepseek',
  xai: 'xai',
  cohere: 'cohere',
  cohere_chat: 'cohere',
};

const dollars = z.optional(z.nullable(z.number().check(z.minimum(0), z.maximum(1))));
const litellmModel = z.object({
  litellm_provider: z.string(),
  input_cost_per_token: dollars,
  output_cost_per_token: dollars,
  cache_read_input_token_cost: dollars,
  cache_creation_input_token_cost: dollars,
});
type LitellmModel = z.infer<typeof litellmModel>;

/** Throws `UsageError` for what is neither. `now` dates a table that has no version of its own. */
export function readPriceFile(text: string, now: number): PriceFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UsageError('stdin holds no table of prices', hint);
  }
  const ours = priceFile.safeParse(json);
  if (ours.success) return ours.data;
  const table = z.record(z.string(), z.unknown()).safeParse(json);
  const file = table.success ? fromLitellm(table.data, new Date(now).toISOString().slice(0, 10)) : null;
  if (file === null) {
    const [issue] = ours.error.issues;
    throw new UsageError(
      `stdin holds no table of prices${issue === undefined ? '' : `: ${issue.path.join('.') || 'it'}: ${issue.message}`}`,
      hint,
    );
  }
  return file;
}

/** Null where no model of it has a price by token at a provider we know. */
function fromLitellm(table: Readonly<Record<string, unknown>>, day: string): PriceFile | null {
  const providers: PriceFile['providers'] = {};
  for (const [key, value] of Object.entries(table)) {
    const model = litellmModel.safeParse(value);
    if (!model.success) continue;
    const kind = kinds[model.data.litellm_provider];
    const rates = ratesOf(model.data);
    if (kind === undefined || rates === null) continue;
    // A model's name there begins with its provider's where it would be unclear otherwise.
    const name = key.startsWith(`${model.data.litellm_provider}/`)
      ? key.slice(model.data.litellm_provider.length + 1)
      : key;
    if (name === '' || name.length > 200) continue;
    providers[kind] ??= [];
    providers[kind].push({ names: [name], prices: [{ rates, tiers: tiersOf(value as object, rates) }] });
  }
  return Object.keys(providers).length === 0 ? null : { version: `litellm-${day}`, providers };
}

function ratesOf(model: LitellmModel): number[] | null {
  const input = model.input_cost_per_token;
  if (input == null) return null;
  return [
    input,
    model.cache_read_input_token_cost ?? input,
    model.cache_creation_input_token_cost ?? input,
    model.output_cost_per_token ?? 0,
  ].map(perMillion);
}

/** `input_cost_per_token_above_200k_tokens` and its like; what a tier does not say is as below it. */
function tiersOf(model: object, below: readonly number[]): number[][] {
  const names = [
    'input_cost_per_token',
    'cache_read_input_token_cost',
    'cache_creation_input_token_cost',
    'output_cost_per_token',
  ];
  const tiers = new Map<number, number[]>();
  for (const [key, value] of Object.entries(model)) {
    const match = /^(.+)_above_(\d{1,4})k_tokens$/.exec(key);
    const at = names.indexOf(match?.[1] ?? '');
    if (at < 0 || typeof value !== 'number' || !(value >= 0 && value <= 1)) continue;
    const above = Number(match?.[2]) * 1000;
    const tier = tiers.get(above) ?? [...below];
    tier[at] = perMillion(value);
    tiers.set(above, tier);
  }
  return [...tiers].sort(([a], [b]) => a - b).map(([above, rates]) => [above, ...rates]);
}

/** Dollars a token as microdollars for a million. */
function perMillion(dollarsEach: number): number {
  return Math.round(dollarsEach * 1e12);
}
