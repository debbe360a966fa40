/** Cohere by its compatibility API. */

import { oldMaxTokens, openaiLike } from './openai-like.ts';

export const cohere = openaiLike({
  kind: 'cohere',
  models: ['command-*', 'embed-*'],
  adapt: oldMaxTokens,
});
