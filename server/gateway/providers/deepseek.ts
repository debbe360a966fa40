/** DeepSeek. */

import { oldMaxTokens, openaiLike } from './openai-like.ts';

export const deepseek = openaiLike({
  kind: 'deepseek',
  models: ['deepseek-*'],
  adapt: oldMaxTokens,
});
