/** xAI. */

import { openaiLike } from './openai-like.ts';

export const xai = openaiLike({
  kind: 'xai',
  baseUrl: 'https://api.x.ai/v1',
  models: ['grok-*'],
  responses: true,
});
