/** Mistral: other words for seed and a tool that must be called, and usage in every stream without asking. */

import type { Json } from '../conversation/fields.ts';
import { oldMaxTokens, openaiLike } from './openai-like.ts';

export const mistral = openaiLike({
  kind: 'mistral',
  models: [
    'mistral-*',
    'ministral-*',
    'codestral-*',
    'magistral-*',
    'devstral-*',
    'pixtral-*',
    'open-mistral-*',
    'voxtral-*',
  ],
  adapt: (body): Json => {
    const { seed, tool_choice: choice, stream_options: _always, ...rest } = oldMaxTokens(body);
    return {
      ...rest,
      ...(seed === undefined ? {} : { random_seed: seed }),
      ...(choice === undefined ? {} : { tool_choice: choice === 'required' ? 'any' : choice }),
    };
  },
});
