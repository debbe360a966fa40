/** Ollama on this machine; its models have no price. */

import { oldMaxTokens, openaiLike } from './openai-like.ts';

export const ollama = openaiLike({
  kind: 'ollama',
  baseUrl: 'http://127.0.0.1:11434/v1',
  adapt: oldMaxTokens,
});
