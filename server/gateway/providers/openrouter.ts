/** OpenRouter. */

import { openaiLike } from './openai-like.ts';

export const openrouter = openaiLike({
  kind: 'openrouter',
  baseUrl: 'https://openrouter.ai/api/v1',
  responses: true,
});
