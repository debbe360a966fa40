/** Anything that speaks OpenAI's dialect: vLLM, llama.cpp, another gateway. */

import { openaiLike } from './openai-like.ts';

export const compatible = openaiLike({ kind: 'compatible' });
