/** OpenAI itself. */

import { openaiLike } from './openai-like.ts';

export const openai = openaiLike({
  kind: 'openai',
  models: [
    'gpt-*',
    'o1*',
    'o3*',
    'o4*',
    'chatgpt-*',
    'text-embedding-*',
    'tts-*',
    'whisper-*',
    'dall-e-*',
    'omni-moderation-*',
    'text-moderation-*',
    'sora-*',
  ],
  responses: true,
});
