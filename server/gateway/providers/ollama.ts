/** Ollama on this machine; its models have no price. */

import { oldMaxTokens, openaiLike } from './openai-like.ts';

export const ollama = openaiLike({
  kind: 'ollama',
  adapt: oldMaxTokens,
});
