/** Providers that speak OpenAI's dialect, as most do, each with an accent. */

import type { ProviderKind } from '../../../shared/gateway/contract.ts';
import type { Json } from '../conversation/fields.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import type { Provider } from './provider.ts';

export interface Accent {
  kind: ProviderKind;
  models?: readonly string[];
  /** Has `/responses`, too. */
  responses?: boolean;
  headers?: Provider['headers'];
  adapt?(body: Json): Json;
}

export function openaiLike(accent: Accent): Provider {
  const { adapt } = accent;
  return {
    kind: accent.kind,
    dialect: openaiChat,
    speaks: accent.responses === true ? ['openai-chat', 'openai-responses'] : ['openai-chat'],
    models: accent.models ?? [],
    chatPath: (dialect) => (dialect === 'openai-responses' ? '/responses' : '/chat/completions'),
    otherPath: (path) => path,
    headers: accent.headers ?? bearer,
    ...(adapt === undefined ? {} : { adapt }),
  };
}

export function bearer(secret: string | null): Record<string, string> {
  return secret === null ? {} : { authorization: `Bearer ${secret}` };
}

/** The name most still have for what OpenAI calls `max_completion_tokens` now. */
export function oldMaxTokens(body: Json): Json {
  const { max_completion_tokens: bound, ...rest } = body;
  return bound === undefined ? body : { ...rest, max_tokens: bound };
}
