/** xAI. */

import { openaiLike } from './openai-like.ts';

export const xai = openaiLike({
  kind: 'xai',
  models: ['grok-*'],
  responses: true,
});
