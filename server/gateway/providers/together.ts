/** Together AI. */

import { oldMaxTokens, openaiLike } from './openai-like.ts';

export const together = openaiLike({
  kind: 'together',
  baseUrl: 'https://api.together.xyz/v1',
  adapt: oldMaxTokens,
});
