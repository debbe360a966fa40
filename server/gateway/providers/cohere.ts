/** Cohere by its compatibility API. */

import { oldMaxTokens, openaiLike } from './openai-like.ts';

export const cohere = openaiLike({
  kind: 'cohere',
  baseUrl: 'https://api.cohere.ai/compatibility/v1',
  models: ['command-*', 'embed-*'],
  adapt: oldMaxTokens,
});
