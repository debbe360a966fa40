/** OpenRouter. */

import { openaiLike } from './openai-like.ts';

export const openrouter = openaiLike({
  kind: 'openrouter',
  responses: true,
});
