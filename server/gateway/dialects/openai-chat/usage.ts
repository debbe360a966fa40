/** Usage as OpenAI counts it: what was cached or thought is part of the whole. */

import type { Usage } from '../../conversation/answer.ts';
import { isObject, type Json } from '../../conversation/fields.ts';

/** Reads the `usage` of Chat Completions, of Responses and of embeddings, whose names differ. */
export function parseUsage(body: Json): Usage | null {
  const { usage } = body;
  if (!isObject(usage)) return null;
  const prompt = count(usage.prompt_tokens ?? usage.input_tokens);
  const output = count(usage.completion_tokens ?? usage.output_tokens);
  const inputs = usage.prompt_tokens_details ?? usage.input_tokens_details;
  const outputs = usage.completion_tokens_details ?? usage.output_tokens_details;
  // DeepSeek says it beside the whole.
  const cacheRead = Math.min(
    prompt,
    count(isObject(inputs) ? inputs.cached_tokens : usage.prompt_cache_hit_tokens),
  );
  const cacheWrite = Math.min(prompt - cacheRead, count(isObject(inputs) ? inputs.cache_write_tokens : 0));
  return {
    input: prompt - cacheRead - cacheWrite,
    cacheRead,
    cacheWrite,
    cacheWriteLong: 0,
    output,
    reasoning: count(isObject(outputs) ? outputs.reasoning_tokens : 0),
  };
}

export function renderUsage(usage: Usage): Json {
  const written = usage.cacheWrite + usage.cacheWriteLong;
  const prompt = usage.input + usage.cacheRead + written;
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      ...(written === 0 ? {} : { cache_write_tokens: written }),
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoning },
  };
}

/** A whole number of tokens; what is none counts nothing. */
export function count(value: unknown): number {
  return typeof value === 'number' && value > 0 && Number.isSafeInteger(Math.round(value))
    ? Math.round(value)
    : 0;
}
