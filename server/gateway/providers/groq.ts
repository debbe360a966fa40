/** Groq. */

import { openaiLike } from './openai-like.ts';

export const groq = openaiLike({ kind: 'groq' });
