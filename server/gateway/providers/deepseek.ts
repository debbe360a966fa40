/** DeepSeek. */

import { oldMaxTokens, openaiLike } from './openai-like.ts';

export const deepseek = openaiLike({
  kind: 'deepseek',
  baseUrl: 'https://api.deepseek.com/v1',
  models: ['deepseek-*'],
  adapt: oldMaxTokens,
});
