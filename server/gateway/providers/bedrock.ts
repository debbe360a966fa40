/** Amazon Bedrock by its OpenAI-compatible endpoint and an API key: `https://bedrock-runtime.<region>.amazonaws.com/openai/v1`. */

import { oldMaxTokens, openaiLike } from './openai-like.ts';

export const bedrock = openaiLike({ kind: 'bedrock', adapt: oldMaxTokens });
