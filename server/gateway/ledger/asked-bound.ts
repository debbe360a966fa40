/** The most tokens of one answer that a request allows, read from the fields its own dialect has for it and no others. */

import { isObject, type Json } from '../conversation/fields.ts';
import type { DialectName } from '../dialects/dialect.ts';

/** Null where the request says none. Where it says two, the larger. */
export function askedBound(dialect: DialectName, body: Json): number | null {
  const said = fieldsOf(dialect, body).filter(
    (value): value is number => typeof value === 'number' && value >= 0,
  );
  return said.length === 0 ? null : Math.ceil(Math.max(...said));
}

function fieldsOf(dialect: DialectName, body: Json): unknown[] {
  switch (dialect) {
    case 'openai-chat':
      return [body.max_completion_tokens, body.max_tokens];
    case 'openai-responses':
      return [body.max_output_tokens];
    case 'anthropic':
      return [body.max_tokens];
    case 'gemini': {
      const config = isObject(body.generationConfig) ? body.generationConfig : {};
      const other = isObject(body.generation_config) ? body.generation_config : {};
      return [config.maxOutputTokens, other.maxOutputTokens, other.max_output_tokens];
    }
  }
}

/** How many answers it asks for. */
export function askedAnswers(body: Json): number {
  const config = isObject(body.generationConfig) ? body.generationConfig : {};
  const other = isObject(body.generation_config) ? body.generation_config : {};
  const said = [body.n, config.candidateCount, other.candidateCount, other.candidate_count].filter(
    (value): value is number => typeof value === 'number',
  );
  return Math.max(1, Math.ceil(Math.max(1, ...said)));
}
