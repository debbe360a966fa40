/** Together AI. */

import { oldMaxTokens, openaiLike } from './openai-like.ts';

export const together = openaiLike({
  kind: 'together',
  adapt: oldMaxTokens,
});
