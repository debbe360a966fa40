/** Usage as Anthropic counts it: the classes of input do not overlap. */

import type { Usage } from '../../conversation/answer.ts';
import { isObject, type Json } from '../../conversation/fields.ts';
import { count } from '../openai-chat/usage.ts';

/** Of a whole answer, of `message_start` (`message.usage`) or of `message_delta`; null where there is none. */
export function parseUsage(body: Json): Usage | null {
  const usage = isObject(body.message) ? body.message.usage : body.usage;
  if (!isObject(usage)) return null;
  const written = count(usage.cache_creation_input_tokens);
  const long = isObject(usage.cache_creation) ? count(usage.cache_creation.ephemeral_1h_input_tokens) : 0;
  return {
    input: count(usage.input_tokens),
    cacheRead: count(usage.cache_read_input_tokens),
    cacheWrite: Math.max(0, written - long),
    cacheWriteLong: long,
    output: count(usage.output_tokens),
    reasoning: 0,
  };
}

/** `message_delta` repeats what `message_start` said, or leaves it out; its output counts from the beginning. */
export function joinUsage(before: Usage | null, after: Usage): Usage {
  if (before === null) return after;
  return {
    input: Math.max(before.input, after.input),
    cacheRead: Math.max(before.cacheRead, after.cacheRead),
    cacheWrite: Math.max(before.cacheWrite, after.cacheWrite),
    cacheWriteLong: Math.max(before.cacheWriteLong, after.cacheWriteLong),
    output: Math.max(before.output, after.output),
    reasoning: Math.max(before.reasoning, after.reasoning),
  };
}

export function renderUsage(usage: Usage): Json {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite + usage.cacheWriteLong,
    cache_read_input_tokens: usage.cacheRead,
    output_tokens: usage.output,
  };
}
